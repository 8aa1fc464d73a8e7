import { createHash } from 'node:crypto'
import { plainText, type MosipPacket } from './packet'

/** Somebody whom MOSIP knows. */
export type MosipPerson = {
  /** Ten digits. */
  uin: string
  /** Sixteen digits. */
  vid: string
  /** The person as this partner knows it: the same `sub` that eSignet gives. */
  psut: string
  name: string
  /** `yyyy/MM/dd`. */
  dateOfBirth: string
  gender: string
  isDeactivated: boolean
  isDeceased: boolean
  /** An error code of ID Authentication's for everything that is asked about this person. */
  authenticationError?: string
  /** The packet that the identity was issued for. */
  applicationId?: string
}

/** A person to begin with; what is not given is made up. */
export type MosipPersonOptions = Pick<
  MosipPerson,
  'name' | 'dateOfBirth' | 'gender'
> &
  Partial<MosipPerson>

/** Everybody whom MOSIP knows. */
export type People = {
  /** By any of the three numbers. */
  find: (number: string) => MosipPerson | undefined
  add: (person: MosipPersonOptions) => MosipPerson
  /** The identity that was issued for a packet. */
  issuedFor(applicationId: string): MosipPerson | undefined
}

/** Nobody yet. */
export function createPeople(
  partnerId: string,
  beginWith: readonly MosipPersonOptions[]
): People {
  const byNumber = new Map<string, MosipPerson>()
  const byPacket = new Map<string, MosipPerson>()
  let made = 0

  function add(options: MosipPersonOptions): MosipPerson {
    made += 1
    const uin = options.uin ?? String(2_400_000_000 + made)
    const person: MosipPerson = {
      vid: String(5_200_000_000_000_000 + made),
      psut: psutOf(uin, partnerId),
      isDeactivated: false,
      isDeceased: false,
      ...options,
      uin
    }
    for (const number of [person.uin, person.vid, person.psut]) {
      byNumber.set(number, person)
    }
    if (person.applicationId !== undefined) {
      byPacket.set(person.applicationId, person)
    }
    return person
  }

  beginWith.forEach(add)
  return {
    add,
    find: (number) => byNumber.get(number),
    issuedFor: (applicationId) => byPacket.get(applicationId)
  }
}

/** Digits that tell nothing of the number, and differ from partner to partner. */
function psutOf(uin: string, partnerId: string): string {
  const digest = createHash('sha256')
    .update(`${partnerId} ${uin}`)
    .digest('hex')
  return BigInt(`0x${digest}`).toString().slice(0, 36)
}

/** What a packet says of a person; only what it has. */
export function attributesIn({
  fields
}: MosipPacket): Partial<Pick<MosipPerson, 'name' | 'dateOfBirth' | 'gender'>> {
  const name = plainText(fields.fullName)
  const dateOfBirth = plainText(fields.dateOfBirth)
  const gender = plainText(fields.gender)
  return {
    ...(name === '' ? {} : { name }),
    ...(dateOfBirth === '' ? {} : { dateOfBirth }),
    ...(gender === '' ? {} : { gender })
  }
}
