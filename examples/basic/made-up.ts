/**
 * The names, numbers and dates of birth of the people in the demo, from one place. As they are written in the scenarios;
 * or, with `DEMO_SEED` in the environment, random ones in their stead, the same for the same seed. So it can be checked
 * that nothing of them is written down where it does not belong.
 */
import { createHash } from 'node:crypto'
import { sandboxPeople, type SandboxPerson } from 'opencrvs-national-id/sandbox'

const seed = process.env.DEMO_SEED ?? ''

const given = new Set<string>()

/** All that was given so far, as it stands in the records. */
export function madeUp(): readonly string[] {
  return [...given]
}

function keep(value: string): string {
  given.add(value)
  return value
}

/** Random bytes, the same for a seed and a text. */
function bytesFor(text: string): Buffer {
  return createHash('sha256').update(`${seed} ${text}`).digest()
}

/** A name: of twelve letters, where there is a seed. */
export function called(name: string): string {
  if (seed === '') return keep(name)
  const letters = [...bytesFor(name).subarray(0, 12)].map((byte) =>
    String.fromCharCode(97 + (byte % 26))
  )
  const word = letters.join('')
  return keep(`${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
}

/** A number of as many digits. */
export function numbered(number: string): string {
  if (seed === '') return keep(number)
  const digits = BigInt(`0x${bytesFor(number).toString('hex')}`).toString()
  return keep(digits.slice(0, number.length))
}

/** A date of birth, `yyyy-MM-dd`: moved by so few days that ages stay what the scenarios need. */
export function born(date: string): string {
  if (seed === '') return keep(date)
  const moved = new Date(`${date}T00:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() - 1 - (bytesFor('day').readUInt8() % 90))
  return keep(moved.toISOString().slice(0, 10))
}

/** What everybody of the demo's own families is called. */
export const SURNAME = called('Exampleson')

/** Those who can sign in, and whose cards can be scanned. */
export const residents: readonly SandboxPerson[] =
  seed === '' ? sandboxPeople : sandboxPeople.map(disguised)

function disguised(person: SandboxPerson): SandboxPerson {
  const { individualId } = person
  const givenName = called(`given ${individualId}`)
  const familyName = called(`family ${individualId}`)
  const name = `${givenName} ${familyName}`
  return {
    individualId: numbered(individualId),
    name,
    givenName,
    familyName,
    names: { en: name },
    dateOfBirth: born(person.dateOfBirth),
    sex: person.sex,
    phoneNumber: `+${numbered('15550100')}`,
    address: { ...person.address, street: called(`street ${individualId}`) },
    remark: person.remark
  }
}
