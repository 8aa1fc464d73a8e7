import { isDeepStrictEqual } from 'node:util'
import type { Condition } from './conditions'
import type { ConditionType, FormField, FormPage } from './form-description'
import type { FormValues } from './form-values'
import { onBehalfOf } from './page-crash'

/** Types that review never shows (forms FACTS 2.3). */
const NOT_ON_REVIEW = new Set([
  'ALPHA_HIDDEN',
  'ALPHA_PRINT_BUTTON',
  'BULLET_LIST',
  'DATA',
  'DIVIDER',
  'HTTP',
  'ID_READER',
  'IMAGE_VIEW',
  'LOADER',
  'PAGE_HEADER',
  'PARAGRAPH',
  'QUERY_PARAM_READER'
])

/** A form that never comes to rest would hang the client. */
const MAX_PASSES = 50

/** What may be seen and changed in a form, for given values. All of them throw where a condition does. */
export type FieldRules = {
  isVisible(field: FormField, form: FormValues): boolean
  isEnabled(field: FormField, form: FormValues): boolean
  isOnReview(field: FormField, form: FormValues): boolean
  visiblePages(form: FormValues): FormPage[]
  /** The form without what is hidden; a hidden field's null stays if asked for (it says "remove this" to core). */
  withoutHidden(form: FormValues, keepNulls?: boolean): FormValues
}

export function createFieldRules(
  pages: readonly FormPage[],
  holds: Condition
): FieldRules {
  /** Several conditions of one type: one is enough. None: true (forms FACTS 2.3). */
  function allows(
    field: FormField,
    type: ConditionType,
    form: FormValues
  ): boolean {
    const ofType = field.conditionals.filter((entry) => entry.type === type)
    return (
      ofType.length === 0 ||
      onBehalfOf(field.id, () =>
        ofType.some(({ conditional }) => holds(conditional, form))
      )
    )
  }

  function visiblePages(form: FormValues): FormPage[] {
    return pages.filter(
      ({ conditional }) => conditional === undefined || holds(conditional, form)
    )
  }

  const isVisible: FieldRules['isVisible'] = (field, form) =>
    allows(field, 'SHOW', form)

  return {
    isVisible,
    isEnabled: (field, form) => allows(field, 'ENABLE', form),
    isOnReview: (field, form) =>
      !NOT_ON_REVIEW.has(field.type) &&
      isVisible(field, form) &&
      allows(field, 'DISPLAY_ON_REVIEW', form),
    visiblePages,
    withoutHidden(form, keepNulls = false) {
      const shown = visiblePages(form).flatMap(({ fields }) => fields)
      const all = pages.flatMap(({ fields }) => fields)
      return omitHidden({ form, shown, all, keepNulls, isVisible })
    }
  }
}

/** Repeated until nothing changes: a field that goes can hide another. */
function omitHidden({
  form,
  shown,
  all,
  keepNulls,
  isVisible
}: {
  form: FormValues
  shown: readonly FormField[]
  all: readonly FormField[]
  keepNulls: boolean
  isVisible: FieldRules['isVisible']
}): FormValues {
  const known = new Set(all.map(({ id }) => id))
  const onShownPages = Object.entries(form).filter(
    ([id]) => !known.has(id) || shown.some((field) => field.id === id)
  )
  let seen: FormValues = Object.fromEntries(onShownPages)
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const before = seen
    const rest = onShownPages.filter(([id, value]) => {
      // Two fields may share an id where only one of them is shown at a time.
      const variants = shown.filter((field) => field.id === id)
      return (
        variants.length === 0 ||
        (keepNulls && value === null) ||
        variants.some((field) => isVisible(field, before))
      )
    })
    seen = Object.fromEntries(rest)
    if (isDeepStrictEqual(seen, before)) return seen
  }
  throw new Error('the fields hide and show each other without end')
}
