import type { Condition } from './conditions'

/** Which line of OpenCRVS the form is for: 1.9.x or 2.x. */
export type FormVersion = '1.9' | '2'

/** A text as OpenCRVS has it: `id` is looked up in the country's `client.csv`, else `defaultMessage` is shown. */
export type Message = {
  id: string
  defaultMessage: string
  description: string
}

/** What the toolkit's `field('a').get('b.c')` gives. The client reads the length of `$$subfield`, so it is never left out. */
export type FieldReference = {
  $$field: string
  $$subfield?: string[]
}

/** Several entries of one type on a field are OR-ed by OpenCRVS (forms FACTS 2.3). */
export type FieldConditional = {
  type: 'SHOW' | 'ENABLE' | 'DISPLAY_ON_REVIEW'
  conditional: Condition
}

/** What every field has. Shapes: `FieldConfig` of the toolkit, 1.9.15 and 2.0.0. */
type Base = {
  id: string
  label: Message
  hideLabel?: boolean
  helperText?: Message
  /** Fields without subfield; a change of one of them resets this field. */
  parent?: FieldReference[]
  /** The first one that holds something wins. */
  value?: FieldReference[]
  conditionals?: FieldConditional[]
  /** Left out of the search index (forms FACTS 3). */
  secured?: boolean
}

/** Shows one of the four words of `IdentityStatus`, and a button that takes it back. */
export type VerificationStatusField = Base & {
  type: 'VERIFICATION_STATUS'
  defaultValue?: 'pending'
  configuration: { status: Message; description: Message }
}

export type QueryParamReaderField = Base & {
  type: 'QUERY_PARAM_READER'
  configuration: { pickParams: string[] }
}

type HttpConfiguration = {
  /** Resolved against the client's own address. */
  url: string
  method: 'POST'
  /** Resolved at every call, unlike a body (forms CLIENT 3). */
  params: Record<string, string | FieldReference>
  errorValue: Record<string, string>
  /** Milliseconds. */
  timeout: number
}

/** Without `trigger` it is sent once whenever the field appears. OpenCRVS 2.x only. */
export type HttpField = Base & {
  type: 'HTTP'
  configuration: HttpConfiguration
}

/** Is sent when the trigger's value changes. OpenCRVS 1.9 demands one. */
export type TriggeredHttpField = Base & {
  type: 'HTTP'
  configuration: HttpConfiguration & { trigger: FieldReference }
}

export type LoaderField = Base & {
  type: 'LOADER'
  configuration: { text: Message }
}

/** OpenCRVS 1.9 drops `variant` without a word. */
export type HighlightedLoaderField = LoaderField & {
  variant: 'highlighted'
}

/** A link in the same tab, to which the client adds `redirect_uri`. */
export type LinkButtonField = Base & {
  type: 'LINK_BUTTON'
  configuration: { url: string; text: Message; icon: string }
}

export type QrReaderField = Base & { type: 'QR_READER' }

export type IdReaderField = Base & {
  type: 'ID_READER'
  methods: Array<LinkButtonField | QrReaderField>
}

/** Keeps a text unseen. OpenCRVS 2.x only. */
export type HiddenField = Base & { type: 'ALPHA_HIDDEN' }

export type TextField = Base & {
  type: 'TEXT'
  configuration: { type: 'text' }
}

export type ParagraphField = Base & {
  type: 'PARAGRAPH'
  configuration: { styles: { hint: boolean } }
}

/** The fields by the line of OpenCRVS that they are for. */
type FieldByVersion = {
  '1.9':
    | VerificationStatusField
    | QueryParamReaderField
    | TriggeredHttpField
    | LoaderField
    | IdReaderField
    | ParagraphField
  '2':
    | VerificationStatusField
    | QueryParamReaderField
    | HttpField
    | HighlightedLoaderField
    | IdReaderField
    | HiddenField
    | TextField
    | ParagraphField
}

/** A field as a page of the form takes it: assignable to the toolkit's `FieldConfigInput` of that line. */
export type IdentityField<V extends FormVersion = '2'> = FieldByVersion[V]
