import type { Condition } from './conditions'
import { checkField } from './field-checks'
import type { FieldRules } from './field-rules'
import { isInvisibleType } from './field-types'
import type { FormField, Message } from './form-description'
import type { FormValues } from './form-values'

/** What keeps a declaration from being sent. */
export type Problem = {
  field: FormField
  message: Message
  /** False: neither the form nor the review page shows anything of it (forms CLIENT 2). */
  isShown: boolean
}

/** Everything that is wrong with the form's visible fields. */
export function findProblems(
  form: FormValues,
  rules: FieldRules,
  holds: Condition
): Problem[] {
  const seen = rules.withoutHidden(form)
  return rules
    .visiblePages(form)
    .flatMap(({ fields }) => fields)
    .filter((field) => rules.isVisible(field, seen))
    .map((field) => ({ field, message: checkField(field, seen, holds) }))
    .flatMap(({ field, message }) =>
      message === undefined
        ? []
        : [{ field, message, isShown: !isInvisibleType(field.type) }]
    )
}
