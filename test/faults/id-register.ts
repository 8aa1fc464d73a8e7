import type {
  BehaviourChanges,
  IdSystemRequest
} from 'opencrvs-national-id/sandbox'

/** What the ID system has decided about the people of a run, by the number that their first name holds. */
export type IdRegister = {
  /** Takes down every decision; for the ID system simulator. */
  behaviour: BehaviourChanges
  /** Says whom it refuses. */
  refuse(number: number): void
  of(number: number): { issued: string[]; told: number; refused: number }
}

const FIRST_NAME = /^Zebulon(\d+)$/

/** The first name of a registration's person. Nobody else has it, so a log that holds it leaks. */
export function firstName(number: number): string {
  return `Zebulon${number}`
}

/** An empty register. */
export function createIdRegister(): IdRegister {
  const people = new Map<
    number,
    { issued: string[]; told: number; refused: number }
  >()
  const unwanted = new Set<number>()
  let issuedSoFar = 0

  function of(number: number): {
    issued: string[]
    told: number
    refused: number
  } {
    const known = people.get(number) ?? { issued: [], told: 0, refused: 0 }
    people.set(number, known)
    return known
  }

  return {
    of,
    refuse: (number) => void unwanted.add(number),
    behaviour: {
      // Asked once for every decision, whatever the operation.
      refuse: (request) => {
        const number = numberOf(request)
        if (unwanted.has(number)) {
          of(number).refused += 1
          return { code: 'UNWANTED', reason: 'Not this one.' }
        }
        if (request.operation !== 'createIdentity') of(number).told += 1
        return undefined
      },
      identifier: (request) => {
        issuedSoFar += 1
        const identifier = String(7_700_000_000 + issuedSoFar)
        of(numberOf(request)).issued.push(identifier)
        return identifier
      }
    }
  }
}

function numberOf({ person }: IdSystemRequest): number {
  const name: unknown = person.name
  const first: unknown =
    typeof name === 'object' && name !== null
      ? Reflect.get(name, 'firstname')
      : undefined
  const number =
    typeof first === 'string' ? FIRST_NAME.exec(first)?.[1] : undefined
  if (number === undefined)
    throw new Error('a request about nobody of this run')
  return Number(number)
}
