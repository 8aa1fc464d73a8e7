import { createRequire } from 'node:module'
import { NationalIdError } from '../../domain/errors'

/**
 * A package that only some countries need, and install themselves.
 *
 * @param what the option that needs it
 * @throws NationalIdError `ERR_PACKAGE_MISSING`
 */
export function loadOptional(name: string, what: string): unknown {
  try {
    const loaded: unknown = createRequire(__filename)(name)
    return loaded
  } catch {
    throw new NationalIdError(
      `${what} needs the package ${name}, which cannot be loaded. Install it beside this one: npm install ${name}`,
      { code: 'ERR_PACKAGE_MISSING' }
    )
  }
}
