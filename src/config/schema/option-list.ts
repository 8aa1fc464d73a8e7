import { optionsSchema } from './options-schema'

/** One option, as the docs list it. */
export type OptionEntry = {
  /** Path without the names that a country gives (event types, keys): `events.subject`. */
  path: string
  /** What it takes, as TypeScript or a word would say. */
  type: string
  description: string
  required: boolean
  /** The default, where it is a plain value. */
  preset?: unknown
}

/** The part of Joi's description of a schema that we read. */
type Described = {
  type?: string
  metas?: Array<{ takes?: string }>
  allow?: unknown[]
  keys?: Record<string, Described>
  patterns?: Array<{ rule: Described }>
  items?: Described[]
  matches?: Array<{
    schema?: Described
    then?: Described
    otherwise?: Described
  }>
  flags?: {
    only?: boolean
    presence?: string
    description?: string
    default?: unknown
  }
}

/** Every option there is, in the order of the schema. */
export function listOptions(): readonly OptionEntry[] {
  known ??= entriesOf(optionsSchema.describe(), '')
  return known
}

let known: readonly OptionEntry[] | undefined

function entriesOf(schema: Described, path: string): OptionEntry[] {
  const children = Object.entries(schema.keys ?? {}).flatMap(([key, child]) => {
    const below = path === '' ? key : `${path}.${key}`
    return [...entryOf(child, below), ...entriesOf(child, below)]
  })
  const unnamed = [
    ...(schema.patterns ?? []).map(({ rule }) => rule),
    ...(schema.items ?? []),
    ...(schema.matches ?? []).flatMap((match) =>
      // A condition's `is` takes no options; what follows from it does.
      [match.then ?? match.schema ?? [], match.otherwise ?? []].flat()
    )
  ]
  return [...children, ...unnamed.flatMap((child) => entriesOf(child, path))]
}

function entryOf(schema: Described, path: string): OptionEntry[] {
  const { flags = {} } = schema
  if (flags.description === undefined) return []
  const preset = flags.default
  const isPlain = preset !== undefined && !isSpecial(preset)
  return [
    {
      path,
      type: typeOf(schema),
      description: flags.description,
      required: flags.presence === 'required',
      ...(isPlain ? { preset } : {})
    }
  ]
}

/** Joi marks the default of an object that is filled from its children, and functions, in its own way. */
function isSpecial(preset: unknown): boolean {
  return (
    typeof preset === 'function' ||
    (typeof preset === 'object' && preset !== null && 'special' in preset)
  )
}

function typeOf({ type = 'any', metas, allow, flags }: Described): string {
  const said = metas?.find((meta) => meta.takes !== undefined)?.takes
  if (said !== undefined) return said
  if (flags?.only !== true || allow === undefined) return type
  return allow
    .map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))
    .join(' | ')
}
