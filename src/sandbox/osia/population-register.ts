import type { Clock } from '../../internal/clock'
import type { OsiaAttributes } from './attributes'
import type { OsiaBehaviour } from './behaviour'
import type { OsiaLedgerBook, OsiaLedgerEntry } from './ledger'
import type { OsiaIdentity, OsiaPeople, OsiaPerson } from './people'

type Status = Pick<OsiaPerson, 'physicalStatus' | 'status'>

/** What changes people in the population register; all of it ends up in the ledger. */
export type PopulationRegister = {
  /** Somebody whom the register knows; not a number that was only minted. */
  known(personId: string | undefined): OsiaPerson | undefined
  /** False when there is one already. */
  createPerson(personId: string, status: Status, by: string): boolean
  setStatus(person: OsiaPerson, status: Status, by: string): void
  putIdentity(person: OsiaPerson, identity: OsiaIdentity, by: string): void
  setIdentityStatus(
    person: OsiaPerson,
    identity: OsiaIdentity,
    status: OsiaIdentity['status'],
    by: string
  ): void
  refer(person: OsiaPerson, identityId: string): void
  /** Takes over what was read about somebody; one who was not known is now. */
  take(
    uin: string,
    attributes: OsiaAttributes,
    by: string,
    parents?: readonly string[]
  ): OsiaPerson
  /**
   * Gives a number to somebody who was pushed under another id.
   * @throws Error when there is nobody
   */
  assignUin(personId: string): string
  /** The same as the behaviour has it: now, or when `assignUin` is called. */
  assignLater(person: OsiaPerson): void
}

type RegisterParts = {
  behaviour: OsiaBehaviour
  clock: Clock
  ledger: OsiaLedgerBook
  /** The register knows somebody now, by this number. */
  onNewPerson: (person: OsiaPerson) => void
  people: OsiaPeople
}

/** A register over its people. */
export function createPopulationRegister(
  parts: RegisterParts
): PopulationRegister {
  const { behaviour, people } = parts

  function known(personId: string | undefined): OsiaPerson | undefined {
    const person = people.find(personId ?? '')
    return person?.isReserved === true ? undefined : person
  }

  function assignLater({ personId }: OsiaPerson): void {
    if (behaviour.lateNumbers === 'assign') assignUin(parts, personId)
  }

  return {
    known,
    assignLater,
    assignUin: (personId) => assignUin(parts, personId),
    setStatus: (person, status, by) => setStatus(parts, person, status, by),
    createPerson(personId, status, by) {
      if (known(personId) !== undefined) return false
      const person = foundOrReserved(people, personId)
      Object.assign(person, status)
      create(parts, person, by)
      return true
    },
    putIdentity(person, identity, by) {
      const isFirst = person.identities.size === 0
      person.identities.set(identity.identityId, identity)
      person.reference ??= identity.identityId
      if (person.reference === identity.identityId) show(person)
      if (!isFirst) note(parts, 'updated', person, by)
      if (isFirst && !people.isUin(person.personId)) assignLater(person)
    },
    setIdentityStatus(person, identity, status, by) {
      identity.status = status
      if (status === 'REVOKED') note(parts, 'revoked', person, by)
    },
    refer(person, identityId) {
      person.reference = identityId
      show(person)
    },
    take(uin, attributes, by, parents) {
      const person = foundOrReserved(people, uin)
      Object.assign(person.attributes, attributes)
      if (parents !== undefined) person.parents = parents
      if (person.isReserved) create(parts, person, by)
      else note(parts, 'updated', person, by)
      return person
    }
  }
}

function note(
  { clock, ledger }: RegisterParts,
  what: OsiaLedgerEntry['what'],
  { personId }: OsiaPerson,
  by: string
): void {
  ledger.add({ what, uin: personId, by, at: clock.now() })
}

function foundOrReserved(people: OsiaPeople, uin: string): OsiaPerson {
  return (
    people.find(uin) ?? people.add({ uin, attributes: {}, isReserved: true })
  )
}

function create(parts: RegisterParts, person: OsiaPerson, by: string): void {
  person.isReserved = false
  note(parts, 'created', person, by)
  if (parts.people.isUin(person.personId)) parts.onNewPerson(person)
}

function setStatus(
  parts: RegisterParts,
  person: OsiaPerson,
  status: Status,
  by: string
): void {
  const before = { ...person }
  Object.assign(person, status)
  const { physicalStatus } = person
  if (before.physicalStatus !== physicalStatus) {
    const what = physicalStatus === 'DEAD' ? 'died' : 'revived'
    note(parts, what, person, by)
  }
  if (before.status !== person.status) note(parts, 'cancelled', person, by)
}

function assignUin(parts: RegisterParts, personId: string): string {
  const { clock, ledger, people } = parts
  const pushed = people.find(personId)
  if (pushed === undefined) throw new Error(`Nobody has the id ${personId}.`)
  const { attributes } = pushed
  const person = people.add({ attributes, isReserved: true })
  const { personId: uin } = person
  ledger.addIssued({ uin, by: personId, at: clock.now() }, attributes)
  create(parts, person, personId)
  return uin
}

/** The identity that stands for somebody is what Data Access shows. */
function show(person: OsiaPerson): void {
  const identity = person.identities.get(person.reference ?? '')
  Object.assign(
    person.attributes,
    identity?.contextualData,
    identity?.biographicData
  )
}
