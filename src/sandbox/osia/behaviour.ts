import type { OsiaAttributes } from './attributes'
import type { OsiaPerson } from './people'

/** How the simulated OSIA system behaves; all of it can be changed while it runs. */
export type OsiaBehaviour = {
  /** Seconds that new tokens last. Default 3600. */
  tokenSeconds: number
  /** Whether integers are taken as attribute values, which a strict validator refuses (FACTS D2). Default false. */
  acceptsIntegers: boolean
  /** Whether generateUIN quotes the number twice, as the specification's own example does (FACTS D1). Default false. */
  quotesTwice: boolean
  /**
   * What a transactionId that was there before brings: `mint`, a second number, which the standard allows, or `same`,
   * the number that it got. Default `mint`.
   */
  repeatedTransaction: 'mint' | 'same'
  /** Whether a number is found by queryPersonList as soon as it was minted. Default `shown`. */
  minted: 'shown' | 'hidden'
  /** Gives why no number is minted for somebody; undefined mints one. Default: everybody gets one. */
  refuse: (
    attributes: OsiaAttributes
  ) => { code: number; message: string } | undefined
  /** What the third party interface answers (FACTS D9: the standard does not say). Default 0 and 1. */
  verificationCodes: { match: number; noMatch: number }
  /** Media types that publish takes. Default `plain/text` alone (FACTS D4). */
  publishMediaTypes: readonly string[]
  /**
   * What becomes of somebody who is pushed under an id that is no UIN: `assign` gives a UIN and publishes `newPerson`,
   * `hold` leaves that to `assignUin`. Default `assign`.
   */
  lateNumbers: 'assign' | 'hold'
  /** What `newPerson` says besides `source` and `uin`; undefined publishes nothing. Default: nothing more. */
  newPerson: (person: OsiaPerson) => Record<string, string> | undefined
  reading: OsiaReading
  notification: OsiaNotification
}

/** How the register reads back what an event is about. */
export type OsiaReading = {
  /** Attributes that it asks for. */
  attributes: readonly string[]
  /** How often it tries. Default 5. */
  attempts: number
  /** Milliseconds between two tries. Default 100. */
  pauseMs: number
}

/** How the notification engine delivers. */
export type OsiaNotification = {
  /** `send`, `hold` until `releaseMessages`, or `lose`. Default `send`. */
  delivery: 'send' | 'hold' | 'lose'
  /** How often each message is sent, with the same id. Default 1. */
  copies: number
  /** The three forms of an event's body (FACTS D5). Default `wrappedText`, as the YAML has it. */
  form: 'wrappedText' | 'wrappedObject' | 'bare'
  /** Whether deliveries name the subscription in a header, which is optional. Default true. */
  namesSubscription: boolean
  /** How many milliseconds a second of a subscription's `policy` lasts. Default 1000. */
  policySecondMs: number
  /** Whether subscribing again to what was never confirmed sends the confirmation message again. Default true. */
  asksAgain: boolean
}

/** Parts of the behaviour to change; what is not named stays. */
export type OsiaBehaviourChanges = Partial<
  Omit<OsiaBehaviour, 'notification' | 'reading'>
> & {
  notification?: Partial<OsiaNotification>
  reading?: Partial<OsiaReading>
}

/** What applies until something else is said. */
export function defaultOsiaBehaviour(): OsiaBehaviour {
  return {
    tokenSeconds: 3600,
    acceptsIntegers: false,
    quotesTwice: false,
    repeatedTransaction: 'mint',
    minted: 'shown',
    refuse: () => undefined,
    verificationCodes: { match: 0, noMatch: 1 },
    publishMediaTypes: ['plain/text'],
    lateNumbers: 'assign',
    newPerson: () => ({}),
    reading: {
      attributes: ['firstName', 'lastName', 'dateOfBirth', 'gender'],
      attempts: 5,
      pauseMs: 100
    },
    notification: {
      delivery: 'send',
      copies: 1,
      form: 'wrappedText',
      namesSubscription: true,
      policySecondMs: 1000,
      asksAgain: true
    }
  }
}

/** Changes the behaviour in place: every part holds the same object. */
export function changeOsiaBehaviour(
  behaviour: OsiaBehaviour,
  { notification, reading, ...changes }: OsiaBehaviourChanges
): void {
  Object.assign(behaviour, changes)
  Object.assign(behaviour.notification, notification)
  Object.assign(behaviour.reading, reading)
}
