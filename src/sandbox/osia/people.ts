import { isSameValue, type OsiaAttributes } from './attributes'

/** An identity as the population register keeps it. */
export type OsiaIdentity = {
  identityId: string
  identityType: string
  status: 'CLAIMED' | 'VALID' | 'INVALID' | 'REVOKED'
  biographicData: OsiaAttributes
  contextualData: OsiaAttributes
}

/** Somebody in the population register. */
export type OsiaPerson = {
  /** The UIN, or what somebody was pushed under before there was one. */
  personId: string
  status: 'ACTIVE' | 'INACTIVE'
  physicalStatus: 'ALIVE' | 'DEAD'
  attributes: OsiaAttributes
  /** UINs of the parents, as an event named them. */
  parents: readonly string[]
  identities: Map<string, OsiaIdentity>
  /** The identity that stands for the person. */
  reference?: string
  /** Only a number was minted: the register knows nobody by it yet. */
  isReserved: boolean
}

/** A person to begin with. */
export type OsiaPersonOptions = {
  /** Default: a new one. */
  uin?: string
  attributes: OsiaAttributes
  status?: OsiaPerson['status']
  physicalStatus?: OsiaPerson['physicalStatus']
}

/** Everybody whom the register knows. */
export type OsiaPeople = {
  find(personId: string): OsiaPerson | undefined
  add(person: OsiaPersonOptions & { isReserved?: boolean }): OsiaPerson
  /** Whether a number has the form of those that are minted here. */
  isUin(personId: string): boolean
  /** Those who have all of these attributes. */
  query(attributes: OsiaAttributes): OsiaPerson[]
  readonly all: readonly OsiaPerson[]
}

/** Ten digits, like the examples of the standard. */
const FIRST_UIN = 3_100_000_000

/** Nobody yet. */
export function createOsiaPeople(
  beginWith: readonly OsiaPersonOptions[]
): OsiaPeople {
  const known = new Map<string, OsiaPerson>()
  let made = 0

  function newUin(): string {
    made += 1
    return String(FIRST_UIN + made * 7)
  }

  function add({
    attributes,
    isReserved = false,
    physicalStatus = 'ALIVE',
    status = 'ACTIVE',
    uin = newUin()
  }: OsiaPersonOptions & { isReserved?: boolean }): OsiaPerson {
    const person: OsiaPerson = {
      personId: uin,
      status,
      physicalStatus,
      attributes: { ...attributes },
      parents: [],
      identities: new Map(),
      isReserved
    }
    known.set(uin, person)
    return person
  }

  beginWith.forEach(add)
  return {
    add,
    find: (personId) => known.get(personId),
    isUin: (personId) => /^\d{10}$/.test(personId),
    query: (attributes) =>
      [...known.values()].filter((person) => hasAll(person, attributes)),
    get all() {
      return [...known.values()]
    }
  }
}

function hasAll(person: OsiaPerson, attributes: OsiaAttributes): boolean {
  return Object.entries(attributes).every(([name, value]) => {
    const own = person.attributes[name]
    return own !== undefined && isSameValue(own, value)
  })
}
