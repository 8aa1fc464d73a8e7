import type { CredentialFlaw } from './credential'
import type { MosipPacket } from './packet'

/** Why a packet is rejected. The reason goes to whoever listens to the packet status. */
export type Rejection = { code: string; reason: string }

/** How the simulated MOSIP behaves; all of it can be changed while it runs. */
export type MosipBehaviour = {
  /** Seconds that new tokens last. Default 3600. */
  tokenSeconds: number
  /** HTTP status with which a bad token or secret is refused, with `KER-ATH-401` in the body. Default 200. */
  unauthorizedStatus: 200 | 401
  /**
   * What workflowinstance says about an application id that it has started:
   * `alreadyPresent` (the error RPR-WIS-001, and nothing is done), or `accept`
   * (the packet as it is now overwrites the identity's data). Neither mints a
   * second identity. Default `alreadyPresent`.
   */
  repeatedWorkflow: 'alreadyPresent' | 'accept'
  /** Milliseconds from the start of a workflow until it is decided. Default 0. */
  processAfterMs: number
  /** Gives why a packet is rejected; undefined accepts it. Default: nobody is. */
  refuse: (packet: MosipPacket) => Rejection | undefined
  /**
   * What the manual review says about deactivations and reversals of a death;
   * `hold` leaves them until `review` is called. Default `approve`.
   */
  review: 'approve' | 'reject' | 'hold'
  /** Only younger people get and change an identity through civil registration. Default 5. */
  infantBelowYears: number
  /** Processes that a credential is issued for. Default `CRVS_NEW`: MOSIP acknowledges nothing else. */
  credentialsFor: readonly string[]
  /** `vercred`, or `euin` in newer releases. Default `vercred`. */
  credentialType: string
  /** What is wrong with the credential for an application id. Default: nothing. */
  flaw: (applicationId: string) => CredentialFlaw | undefined
  /** Statuses that the packet status topic tells. Default: all. */
  statuses: readonly PacketStatus[]
  /** Form of the packet status: like a credential's, or the registration processor's bare object. Default `event`. */
  statusForm: 'event' | 'bare'
  /** An error code of ID Authentication's for everything that is asked about this number. Default: none. */
  authenticationError: (individualId: string) => string | undefined
  /** How far from now ID Authentication lets a request's time be. Default 30 minutes. */
  requestWindowMs: number
  callbacks: MosipCallbacks
}

/** What became of a packet, in the words of MOSIP's external status. */
export type PacketStatus = 'RECEIVED' | 'PROCESSING' | 'PROCESSED' | 'REJECTED'

/** How the hub delivers. */
export type MosipCallbacks = {
  /**
   * - `send`: once there is something;
   * - `early`: the first attempt ends before workflowinstance is answered;
   * - `hold`: only when `releaseMessages` is called;
   * - `lose`: never.
   */
  delivery: 'send' | 'early' | 'hold' | 'lose'
  /** How often each message is published, byte for byte the same. Default 1. */
  copies: number
  /** Milliseconds before the second attempt; doubled for each next one. Default 50. */
  retryAfterMs: number
  /** Longest pause in milliseconds. Default 20 000, as MOSIP's. */
  slowestRetryMs: number
  /** Attempts after the first; then the subscriber is dropped until it subscribes again. Default 10. */
  retries: number
  /** The lease that is granted where the subscriber asks for none. Default ten days. */
  leaseSeconds: number
  /** Whether a slash is added to the callback's path when delivering. Default false. */
  addsSlash: boolean
}

/** Parts of the behaviour to change; what is not named stays. */
export type MosipBehaviourChanges = Partial<
  Omit<MosipBehaviour, 'callbacks'>
> & { callbacks?: Partial<MosipCallbacks> }

/** What applies until something else is said. */
export function defaultMosipBehaviour(): MosipBehaviour {
  return {
    tokenSeconds: 3600,
    unauthorizedStatus: 200,
    repeatedWorkflow: 'alreadyPresent',
    processAfterMs: 0,
    refuse: () => undefined,
    review: 'approve',
    infantBelowYears: 5,
    credentialsFor: ['CRVS_NEW'],
    credentialType: 'vercred',
    flaw: () => undefined,
    statuses: ['RECEIVED', 'PROCESSING', 'PROCESSED', 'REJECTED'],
    statusForm: 'event',
    authenticationError: () => undefined,
    requestWindowMs: 30 * 60 * 1000,
    callbacks: {
      delivery: 'send',
      copies: 1,
      retryAfterMs: 50,
      slowestRetryMs: 20_000,
      retries: 10,
      leaseSeconds: 864_000,
      addsSlash: false
    }
  }
}

/** Changes the behaviour in place: every part holds the same object. */
export function changeBehaviour(
  behaviour: MosipBehaviour,
  { callbacks, ...changes }: MosipBehaviourChanges
): void {
  Object.assign(behaviour, changes)
  Object.assign(behaviour.callbacks, callbacks)
}
