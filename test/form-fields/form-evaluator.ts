import { createAjv } from '../../src/config/rules/ajv'

export type Values = Record<string, unknown>

export type AnyField = {
  id: string
  type: string
  parent?: Reference | Reference[]
  value?: Reference | Reference[]
  defaultValue?: unknown
  conditionals?: Array<{ type: string; conditional: object }>
  configuration?: Record<string, unknown>
} & Record<string, unknown>

export type Reference = { $$field: string; $$subfield?: string[] }

/** One for all conditionals of a deployment, as OpenCRVS has it: what is wrong with an `$id` shows here. */
const ajv = createAjv()

export function holds(
  conditional: object,
  $form: Values,
  $online = true
): boolean {
  const { $id } = conditional as { $id?: string }
  if ($id === undefined) throw new Error('a conditional without $id')
  const validate = ajv.getSchema($id) ?? ajv.compile(conditional)
  // Undefined counts as absent for Ajv, as it does for JSON.
  return validate({ $form, $online, $now: '2026-06-15' }) === true
}

/** Several entries of a type are OR-ed; none means true. */
export function allows(
  field: AnyField,
  type: 'SHOW' | 'ENABLE' | 'DISPLAY_ON_REVIEW',
  values: Values,
  online: boolean
): boolean {
  const entries = (field.conditionals ?? []).filter(
    (entry) => entry.type === type
  )
  return (
    entries.length === 0 ||
    entries.some(({ conditional }) => holds(conditional, values, online))
  )
}

/** What is left when hidden fields are left out, again and again, since one may hide another. */
export function withoutHidden(
  fields: readonly AnyField[],
  values: Values,
  online: boolean
): Values {
  const byId = new Map(fields.map((field) => [field.id, field]))
  let context = values
  for (let round = 0; round < 20; round++) {
    const seen = context
    const left = Object.fromEntries(
      Object.entries(values).filter(([id]) => {
        const field = byId.get(id)
        return field === undefined || allows(field, 'SHOW', seen, online)
      })
    )
    // What is left has the values of the beginning, so that the ids tell.
    if (String(Object.keys(left)) === String(Object.keys(seen))) return left
    context = left
  }
  throw new Error('the visibility of fields goes to and fro for ever')
}

/** As lodash's `get`: a key of a text is that of JavaScript's own text object. */
export function read(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner === undefined || inner === null
        ? undefined
        : Reflect.get(Object(inner), key),
    value
  )
}

export function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
