import { firstTruthy } from './field-defaults'
import type { FieldRules } from './field-rules'
import { isInteractive, type ClientVersion } from './field-types'
import type { FormField, FormPage } from './form-description'
import { readPath, withoutUndefined, type FormValues } from './form-values'

/** The form at one moment: what is stored, and what the page on screen shows on top of it. */
export type Moment = { stored: FormValues; page: FormValues }

/** A value given to a field by its own input. */
export type FieldChange = { id: string; value: unknown }

/** What a change needs to know of the form. */
export type ChangeContext = {
  pages: readonly FormPage[]
  rules: FieldRules
  version: ClientVersion
  defaultOf: (field: FormField) => unknown
  /** Values of fields that were hidden, for the case that they return. Lives as long as the browser page. */
  memory: Map<string, unknown>
}

/** A form after a change, and the fields that listeners' resets made untouched again. */
export type Changed = { stored: FormValues; reset: ReadonlySet<string> }

/**
 * Applies what one or more inputs report at once, as the client does: each
 * change resets the fields that name it as `parent`, one level deep; then what
 * became hidden turns to null and is remembered, and what became visible gets
 * its remembered value back unless it was reset.
 *
 * @throws Error when a condition does
 */
export function applyChanges(
  moment: Moment,
  changes: readonly FieldChange[],
  context: ChangeContext
): Changed {
  const before: FormValues = { ...moment.stored, ...moment.page }
  const page: Record<string, unknown> = { ...moment.page }
  const reset = new Set<string>()
  for (const { id, value } of changes) {
    page[id] = value
    for (const listener of listenersOf(id, context.pages)) {
      page[listener.id] = resetValue(listener, before, page, context)
      reset.add(listener.id)
      if (isForgotten(listener.id, reset, context)) {
        context.memory.delete(listener.id)
      }
    }
  }
  hideAndShow(before, page, reset, context)
  return { stored: withoutUndefined({ ...moment.stored, ...page }), reset }
}

function listenersOf(id: string, pages: readonly FormPage[]): FormField[] {
  return pages
    .flatMap(({ fields }) => fields)
    .filter((field) => field.parents.includes(id) && isInteractive(field.type))
}

/** Sources are looked for on the page on screen alone, not in the whole form. */
function resetValue(
  listener: FormField,
  before: FormValues,
  page: FormValues,
  { rules, version, defaultOf }: ChangeContext
): unknown {
  const copied = firstTruthy(listener.sources, ({ field, path }) =>
    readPath(page, [field, ...path])
  )
  if (copied !== undefined) return copied
  const isHidden =
    version === '2' && !rules.isVisible(listener, { ...before, ...page })
  return isHidden ? undefined : defaultOf(listener)
}

/** What became hidden turns to null in `page` and is remembered; what became visible gets back what is remembered of it. */
function hideAndShow(
  before: FormValues,
  page: Record<string, unknown>,
  reset: ReadonlySet<string>,
  context: ChangeContext
): void {
  const shownBefore = context.rules.withoutHidden(before)
  const shownNow = context.rules.withoutHidden({ ...before, ...page })
  for (const [id, value] of Object.entries(shownBefore)) {
    if (!(id in shownNow)) hide(id, value, page, reset, context)
  }
  for (const id of Object.keys(shownNow)) {
    if (!(id in shownBefore)) show(id, page, reset, context)
  }
}

function hide(
  id: string,
  value: unknown,
  page: Record<string, unknown>,
  reset: ReadonlySet<string>,
  context: ChangeContext
): void {
  const isEmpty = value === null || value === undefined
  if (!isEmpty && !isForgotten(id, reset, context)) {
    context.memory.set(id, value)
  }
  // 2.x clears the field even if it held nothing here: the server may hold something.
  if (!isEmpty || context.version === '2') page[id] = null
}

function show(
  id: string,
  page: Record<string, unknown>,
  reset: ReadonlySet<string>,
  context: ChangeContext
): void {
  const remembered = context.memory.get(id)
  context.memory.delete(id)
  if (remembered !== undefined && !isForgotten(id, reset, context)) {
    page[id] = remembered
  }
}

/** A listener's reset wipes its memory in 2.x; in 1.9 an old value may come back (forms FACTS 12). */
function isForgotten(
  id: string,
  reset: ReadonlySet<string>,
  { version }: ChangeContext
): boolean {
  return version === '2' && reset.has(id)
}
