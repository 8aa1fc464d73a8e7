import type { SystemRequest } from '../../../domain/delivery'
import { NationalIdError } from '../../../domain/errors'
import type { CallName } from '../../../internal/system-call'
import type { CheckedOsiaOptions } from '../options'
import { attributesOf } from '../person-attributes'

/** What the register says of somebody, by the register's names. */
export type ToldAttributes = Readonly<Record<string, string>>

/** The register's names of what must agree: name, date of birth and sex. */
export function comparedNames({
  attributes
}: Pick<CheckedOsiaOptions, 'attributes'>): string[] {
  const { dateOfBirth, firstName, gender, lastName, middleName } = attributes
  return [firstName, middleName, lastName, dateOfBirth, gender].filter(
    (name) => typeof name === 'string'
  )
}

/**
 * Whether the person whom the register describes is the one whom we asked for:
 * name, date of birth and sex, everything that the request has. What the
 * register does not say does not agree.
 */
export function agrees(
  options: CheckedOsiaOptions,
  told: ToldAttributes,
  request: SystemRequest
): boolean {
  const asked = askedFor(options, request)
  const names = comparedNames(options)
  const given = Object.entries(asked).filter(([name]) => names.includes(name))
  const { dateOfBirth } = options.attributes
  // A name alone is nobody in particular.
  const isEnough =
    given.length > 1 &&
    (dateOfBirth === false || asked[dateOfBirth] !== undefined)
  return (
    isEnough &&
    given.every(([name, value]) => {
      const own = told[name]
      return own !== undefined && plain(own) === plain(String(value))
    })
  )
}

function askedFor(
  options: CheckedOsiaOptions,
  request: SystemRequest
): Record<string, unknown> {
  const call: CallName = {
    system: options.name,
    what: `the comparison for ${request.reference}`,
    changes: false
  }
  try {
    return attributesOf(options, 'dataAccess', request.person, call)
  } catch (error) {
    // It cannot be said in the register's words, so nothing can agree with it.
    if (error instanceof NationalIdError) return {}
    throw error
  }
}

/** One spelling for what is written the same: case, accents' encoding and blanks do not make another person. */
function plain(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()
}
