import Ajv, { type Options, type ValidateFunction } from 'ajv'
import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import type { JsonObject } from '../../domain/json'

const OPTIONS: Options = {
  // A misspelt keyword would silently allow everything; the rest is taste.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  logger: false
}

/** Says whether claims are as the country's schema has them. */
export type FitsSchema = (claims: JsonObject) => boolean

/**
 * Compiles a JSON Schema; nothing that it refers to is fetched.
 *
 * It is applied after the signature was checked: what reaches the country's patterns is then signed by an issuer that it
 * trusts, and cannot be made to keep them busy.
 *
 * @throws Error when it is no JSON Schema; the text names keywords, never values of a credential
 */
export function compileSchema(schema: JsonObject): FitsSchema {
  const { $async: isAsync, $schema: dialect } = schema
  // Its function would give a promise, which is true whatever comes out of it.
  if (isAsync !== undefined) throw new Error('$async is not possible here')
  const is2020 = typeof dialect === 'string' && dialect.includes('2020-12')
  const ajv = is2020 ? new Ajv2020(OPTIONS) : new Ajv(OPTIONS)
  addFormats(ajv)
  const validate: ValidateFunction = ajv.compile(schema)
  return (claims) => validate(claims)
}
