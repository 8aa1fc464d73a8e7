import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { KyselyAdapter } from './adapter'
import type { Schema } from './schema'

/** Where a statement is run. */
export type StatementTarget = {
  adapter: KyselyAdapter
  /** The database, or a transaction of it. */
  db: Kysely<Schema>
  /** Sends it while others of the same transaction still wait for their answers. Absent: it waits for them. */
  send?: SendQuery | undefined
}

/** Takes a statement to the database. */
export type SendQuery = <Row>(
  query: CompiledQuery<Row>
) => Promise<QueryResult<Row>>

/** Runs a statement with values. */
export type Statement<Values, Row> = (
  on: StatementTarget,
  values: Values
) => Promise<QueryResult<Row>>

/** A statement's text, with the places that its values are taken from. */
type Compiled<Row> = { query: CompiledQuery<Row>; slots: readonly unknown[] }

/** More shapes than any of our statements has; beyond that they are compiled afresh each time. */
const KEPT_SHAPES = 300

/**
 * A statement of the hot path. Putting one together and compiling it takes longer than the database needs to run it, so
 * that is done once for each database and each shape of the values (their keys, and the lengths of their lists).
 *
 * @param build puts it together. What it is given stands in for the values: it may be passed on, and asked for what the
 * shape tells (whether a key is there, how long a list is), but holds no value that could be looked at.
 */
export function statement<Values extends object, Row>(
  build: (
    db: Kysely<Schema>,
    values: Values,
    adapter: KyselyAdapter
  ) => Compilable<Row>
): Statement<Values, Row> {
  const kept = new WeakMap<KyselyAdapter, Map<string, Compiled<Row>>>()

  function compiledFor(
    { adapter, db }: StatementTarget,
    values: Values
  ): Compiled<Row> {
    const shape = shapeOf(values)
    const shapes = kept.get(adapter) ?? new Map<string, Compiled<Row>>()
    kept.set(adapter, shapes)
    const known = shapes.get(shape)
    if (known !== undefined) return known
    // The same keys and lists as the values have, with a slot for each value.
    const slots = slotsFor(values, []) as Values
    const query = build(db, slots, adapter).compile()
    const compiled = { query, slots: query.parameters }
    if (shapes.size < KEPT_SHAPES) shapes.set(shape, compiled)
    return compiled
  }

  return (on, values) => {
    const { query, slots } = compiledFor(on, values)
    const parameters = slots.map((slot) =>
      slot instanceof Slot ? slot.valueIn(values) : slot
    )
    const filled = { ...query, parameters }
    return on.send === undefined
      ? on.db.executeQuery<Row>(filled)
      : on.send<Row>(filled)
  }
}

/** How many rows a statement has changed. */
export function changedBy({
  numAffectedRows = 0n
}: Pick<QueryResult<unknown>, 'numAffectedRows'>): number {
  return Number(numAffectedRows)
}

/** Stands in for a value while its statement is put together. */
class Slot {
  readonly #path: readonly string[]

  constructor(path: readonly string[]) {
    this.#path = path
  }

  valueIn(values: object): unknown {
    let value: unknown = values
    for (const key of this.#path) {
      value = isNested(value) ? Reflect.get(value, key) : undefined
    }
    return value
  }
}

function slotsFor(value: unknown, path: readonly string[]): unknown {
  if (!isNested(value)) return new Slot(path)
  if (Array.isArray(value)) {
    return value.map((item, index) => slotsFor(item, [...path, String(index)]))
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, slotsFor(inner, [...path, key])])
  )
}

/** A text that is the same for values with the same keys and lists. Keys are column names and ours: no commas. */
function shapeOf(values: object): string {
  if (Array.isArray(values)) return `[${values.length}]`
  let shape = ''
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue
    shape += isNested(value) ? `${key}(${shapeOf(value)}),` : `${key},`
  }
  return shape
}

/** Lists, and objects that are no value of their own as a `Buffer` is. */
function isNested(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return (
    Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  )
}
