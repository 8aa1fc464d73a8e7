import {
  allows,
  asList,
  read,
  withoutHidden,
  type AnyField,
  type Reference,
  type Values
} from './form-evaluator'

const STATUSES = ['authenticated', 'verified', 'pending', 'failed']

/** Listening does nothing for these. */
const NON_INTERACTIVE = ['PARAGRAPH', 'LOADER', 'LINK_BUTTON', 'DIVIDER']

export type SentRequest = {
  field: string
  method: unknown
  url: string
  query: Record<string, string>
  body: unknown
}

/**
 * The form page of OpenCRVS as far as values go: what a change of one field does to all others, what is hidden,
 * emptied, remembered and sent. Written after the client of 1.9.15 and 2.0.0 (FormSectionComponent, Http, IdReader,
 * QueryParamReader, VerificationStatus, useFormInitialValues) and what was seen of it in a browser (forms CLIENT).
 */
export class FormClient {
  values: Values
  online = true
  readonly requests: SentRequest[] = []
  private memory = new Map<string, unknown>()
  private readonly mounted = new Map<string, unknown>()
  private readonly inFlight: string[] = []

  constructor(
    private readonly fields: readonly AnyField[],
    private readonly version: '1.9' | '2' = '2',
    values: Values = {}
  ) {
    this.values = values
    this.render()
  }

  /** The page is loaded anew: from the draft, which keeps null and drops undefined. */
  load(query: Record<string, string> = {}): void {
    this.memory = new Map()
    this.mounted.clear()
    this.inFlight.length = 0
    this.values = JSON.parse(JSON.stringify(this.values))
    this.render()
    for (const field of this.fields) {
      if (field.type !== 'QUERY_PARAM_READER' || !this.isVisible(field.id)) {
        continue
      }
      const picked = asList(field.configuration?.pickParams as string[])
        .filter((name) => query[name])
        .map((name) => [name, query[name]])
      if (picked.length > 0) {
        const data = Object.fromEntries(picked)
        this.change(field.id, { data, updatedAt: '2026-06-15T10:00:00.000Z' })
      }
    }
  }

  /** A field changes through its own input. */
  change(id: string, value: unknown): void {
    this.apply([[id, value]])
  }

  /** The button of the status, after its confirmation. */
  revoke(id: string): void {
    const parents = asList(this.field(id).parent)
    if (parents.length === 0) return
    this.apply([
      ...parents.map(({ $$field }): [string, unknown] => [$$field, undefined]),
      [id, null]
    ])
  }

  goOnline(online: boolean): void {
    this.online = online
    this.render()
  }

  /** The server answers the request of a field with 200. */
  answer(id: string, data: unknown): void {
    this.finish(id, { loading: false, error: null, data })
  }

  /** The request fails: with a status, or (undefined) without any, as when the connection breaks. */
  fail(id: string, statusCode?: number): void {
    const data = this.field(id).configuration?.errorValue ?? null
    const error = { statusCode, message: 'failed' }
    this.finish(id, { loading: false, error, data })
  }

  isVisible(id: string): boolean {
    return this.fields
      .filter((field) => field.id === id)
      .some((field) => allows(field, 'SHOW', this.values, this.online))
  }

  isEnabled(id: string): boolean {
    return allows(this.field(id), 'ENABLE', this.values, this.online)
  }

  visibleIds(): string[] {
    return this.fields.map(({ id }) => id).filter((id) => this.isVisible(id))
  }

  /** Ids of the fields that the review page shows with a value. */
  reviewed(): string[] {
    const unseen = ['ID_READER', 'HTTP', 'QUERY_PARAM_READER', 'ALPHA_HIDDEN']
    return this.fields
      .filter(({ type }) => ![...NON_INTERACTIVE, ...unseen].includes(type))
      .filter(({ id }) => this.values[id] !== undefined && this.isVisible(id))
      .filter((field) =>
        allows(field, 'DISPLAY_ON_REVIEW', this.values, this.online)
      )
      .map(({ id }) => id)
  }

  /** What a declaration holds. */
  declaration(): Values {
    const left = withoutHidden(this.fields, this.values, this.online)
    return Object.fromEntries(
      Object.entries(left).filter(
        ([, value]) => value !== undefined && value !== null
      )
    )
  }

  /** Fields whose value is of the wrong kind: with one of them, nothing can be declared, and nobody is told why. */
  blocking(): string[] {
    return this.fields
      .filter(({ id }) => this.isVisible(id))
      .filter(({ id, type }) => !isOfKind(type, this.values[id]))
      .map(({ id }) => id)
  }

  private apply(changes: Array<[string, unknown]>): void {
    const before = this.values
    const after = { ...before }
    const reset = new Set<string>()
    for (const [id, value] of changes) {
      after[id] = value
      for (const listener of this.listenersOf(id)) {
        this.resetListener(listener, after)
        if (this.version === '2') {
          this.memory.delete(listener.id)
          reset.add(listener.id)
        }
      }
    }
    this.moveVisibility(before, after, reset)
    this.values = after
    this.render()
  }

  private listenersOf(id: string): AnyField[] {
    return this.fields.filter(
      (field) =>
        !NON_INTERACTIVE.includes(field.type) &&
        asList(field.parent).some(
          // A reference with a subfield listens to an id that never changes.
          ({ $$field, $$subfield = [] }) =>
            [$$field, ...$$subfield].join('.') === id
        )
    )
  }

  private resetListener(field: AnyField, values: Values): void {
    const found = this.source(field, values)
    const isHidden =
      this.version === '2' && !allows(field, 'SHOW', values, this.online)
    values[field.id] = found ?? (isHidden ? undefined : field.defaultValue)
  }

  private source(field: AnyField, values: Values): unknown {
    return asList(field.value)
      .map(({ $$field, $$subfield = [] }) => read(values[$$field], $$subfield))
      .find(Boolean)
  }

  private moveVisibility(before: Values, after: Values, reset: Set<string>) {
    const was = withoutHidden(this.fields, before, this.online)
    const is = withoutHidden(this.fields, after, this.online)
    for (const id of Object.keys(was).filter((each) => !(each in is))) {
      const isEmpty = was[id] === undefined || was[id] === null
      if (!isEmpty && !reset.has(id)) this.memory.set(id, was[id])
      if (!isEmpty || this.version === '2') after[id] = null
    }
    for (const id of Object.keys(is).filter((each) => !(each in was))) {
      const remembered = this.memory.get(id)
      this.memory.delete(id)
      if (remembered !== undefined && !reset.has(id)) after[id] = remembered
    }
  }

  private render(): void {
    for (const field of this.fields) {
      if (this.values[field.id] !== undefined) continue
      if (!allows(field, 'SHOW', this.values, this.online)) continue
      const found = this.source(field, this.values) ?? field.defaultValue
      if (found !== undefined) this.values[field.id] = found
    }
    this.showStatuses()
    const https = this.fields.filter(({ type }) => type === 'HTTP')
    for (const field of https) this.mount(field)
  }

  private showStatuses(): void {
    for (const { id, type } of this.fields) {
      const value = this.values[id]
      if (type !== 'VERIFICATION_STATUS' || !value || !this.isVisible(id)) {
        continue
      }
      if (!STATUSES.some((status) => status === value)) {
        throw new Error(`the page crashed: ${id} has a word that is no status`)
      }
    }
  }

  private mount(field: AnyField): void {
    const { id, configuration } = field
    const trigger = configuration?.trigger as Reference | undefined
    const now = trigger === undefined ? true : this.values[trigger.$$field]
    if (!this.isVisible(id)) {
      this.mounted.delete(id)
      return
    }
    const isNew = !this.mounted.has(id)
    const last = this.mounted.get(id)
    if (isNew || now !== undefined) this.mounted.set(id, now)
    const isDue =
      trigger === undefined
        ? isNew
        : !isNew &&
          now !== undefined &&
          JSON.stringify(now) !== JSON.stringify(last)
    if (isDue) this.send(field)
  }

  private send({ id, configuration }: AnyField): void {
    const params = configuration?.params as Record<string, string | Reference>
    const query = Object.entries(params ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? value
        : String(read(this.values[value.$$field], value.$$subfield ?? []))
    ])
    this.requests.push({
      field: id,
      method: configuration?.method,
      url: new URL(String(configuration?.url), 'https://client.example').href,
      query: Object.fromEntries(query),
      body: configuration?.body
    })
    this.inFlight.push(id)
    this.change(id, { loading: true, error: null, data: null })
  }

  private finish(id: string, value: unknown): void {
    const index = this.inFlight.indexOf(id)
    if (index < 0) throw new Error(`${id} has no request under way`)
    this.inFlight.splice(index, 1)
    this.change(id, value)
  }

  private field(id: string): AnyField {
    const found = this.fields.find((field) => field.id === id)
    if (found === undefined) throw new Error(`no field ${id}`)
    return found
  }
}

function isOfKind(type: string, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (type === 'ALPHA_HIDDEN' || type === 'TEXT') {
    return typeof value === 'string'
  }
  if (type !== 'HTTP') return true
  const error = read(value, ['error'])
  return error === null || typeof read(error, ['statusCode']) === 'number'
}
