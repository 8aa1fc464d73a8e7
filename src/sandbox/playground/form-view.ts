import type { JsonObject } from '../../domain/json'
import { isJsonObject, textOf } from '../json-object'
import type { FieldRules } from './field-rules'
import { isKnownType, type ClientVersion } from './field-types'
import {
  readMessage,
  type FormField,
  type FormPage,
  type Message
} from './form-description'
import type { FormValues } from './form-values'
import { viewNameParts, type NamePart } from './name-parts'
import { linkAddress } from './link-address'
import type { MessageText } from './message-text'
import { onBehalfOf } from './page-crash'
import { viewStatus, type StatusView } from './status-view'

/** A field as the page draws it. What a type does not have is left out. */
export type FieldView = {
  id: string
  type: string
  label: string
  required: boolean
  disabled: boolean
  helperText?: string
  /** Inputs only. */
  value?: unknown
  error?: string
  /** LOADER, PARAGRAPH, HEADING, BUTTON, LINK_BUTTON. */
  text?: string
  /** LINK_BUTTON, with the way back added. */
  href?: string
  isHighlighted?: boolean
  options?: ReadonlyArray<{ value: string; label: string; disabled: boolean }>
  status?: StatusView
  /** NAME: the inputs that it consists of. */
  parts?: readonly NamePart[]
  /** ID_READER. */
  methods?: readonly FieldView[]
}

/** What views need besides the values. */
export type ViewContext = {
  rules: FieldRules
  text: MessageText
  location: URL
  online: boolean
  version: ClientVersion
  errorOf(field: FormField): Message | undefined
}

/** How the fields of a page look for these values. Those that are hidden or show nothing are left out. */
export function viewFields(
  page: FormPage,
  form: FormValues,
  context: ViewContext
): FieldView[] {
  return page.fields
    .filter((field) => context.rules.isVisible(field, form))
    .filter(({ type }) => type !== 'HTTP' && type !== 'QUERY_PARAM_READER')
    .filter(({ type, id }) => type !== 'VERIFICATION_STATUS' || form[id])
    .map((field) => onBehalfOf(field.id, () => viewField(field, form, context)))
}

function viewField(
  field: FormField,
  form: FormValues,
  context: ViewContext
): FieldView {
  const { text, rules } = context
  const disabled = !rules.isEnabled(field, form)
  const error = disabled ? undefined : context.errorOf(field)
  return {
    id: field.id,
    type: field.type,
    label: hasLabel(field, context) ? text(field.label) : '',
    required: field.required,
    disabled,
    ...(field.helperText === undefined
      ? {}
      : { helperText: text(field.helperText) }),
    ...(error === undefined ? {} : { error: text(error) }),
    ...viewType(field, form, context, disabled)
  }
}

/** 1.9 draws the labels of these two nowhere (forms FACTS 12). */
function hasLabel({ type, hideLabel }: FormField, { version }: ViewContext) {
  const isBare = type === 'ID_READER' || type === 'VERIFICATION_STATUS'
  return !hideLabel && !(isBare && version === '1.9')
}

function viewType(
  field: FormField,
  form: FormValues,
  context: ViewContext,
  disabled: boolean
): Partial<FieldView> {
  const { text } = context
  const { configuration, type } = field
  if (!isKnownType(type, context.version)) {
    throw new Error(
      `the type ${type} is unknown to OpenCRVS ${context.version}`
    )
  }
  switch (type) {
    case 'VERIFICATION_STATUS':
      return { status: viewStatus(field, form[field.id], text) }
    case 'ID_READER':
      return { methods: viewMethods(field, context) }
    case 'LINK_BUTTON':
      return viewLink(field, context, disabled)
    case 'LOADER':
      return {
        text: text(readMessage(configuration.text)),
        isHighlighted: field.variant === 'highlighted'
      }
    case 'BUTTON':
      return { text: text(readMessage(configuration.text)) }
    case 'PARAGRAPH':
    case 'HEADING':
    case 'PAGE_HEADER':
      return { text: text(field.label), label: '' }
    case 'NAME':
      return { value: form[field.id], parts: viewNameParts(field, text) }
    case 'SELECT':
    case 'RADIO_GROUP':
      return {
        value: form[field.id],
        options: viewOptions(field, form, context)
      }
    default:
      return { value: form[field.id] }
  }
}

/** The methods are a form of their own: their conditions do not see the other fields (forms FACTS 4). */
function viewMethods(field: FormField, context: ViewContext): FieldView[] {
  const inside: FormValues = {}
  return field.methods
    .filter((method) => context.rules.isVisible(method, inside))
    .map((method) => viewField(method, inside, context))
}

/** Offline, 2.x disables the button and 1.9 does not look (forms FACTS 12). */
function viewLink(
  { configuration }: FormField,
  { text, location, online, version }: ViewContext,
  disabled: boolean
): Partial<FieldView> {
  return {
    text: text(readMessage(configuration.text)),
    href: linkAddress(textOf(configuration.url), location),
    disabled: disabled || (version === '2' && !online)
  }
}

function viewOptions(
  field: FormField,
  form: FormValues,
  { rules, text }: ViewContext
): NonNullable<FieldView['options']> {
  return field.options
    .map((option) => ({ option, like: likeField(field, option) }))
    .filter(({ like }) => rules.isVisible(like, form))
    .map(({ option, like }) => ({
      value: textOf(option.value),
      label: text(readMessage(option.label)),
      disabled: !rules.isEnabled(like, form)
    }))
}

/** Options have conditions as fields have. */
function likeField(field: FormField, option: JsonObject): FormField {
  const conditionals = Array.isArray(option.conditionals)
    ? option.conditionals.filter((entry) => isJsonObject(entry))
    : []
  return {
    ...field,
    conditionals: conditionals.map(({ type, conditional }) => ({
      type: textOf(type),
      conditional: conditional ?? null
    }))
  }
}
