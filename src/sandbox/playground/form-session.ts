import { systemClock, today, type Clock } from '../../internal/clock'
import { createCondition, type Condition } from './conditions'
import { defaultValueOf, pageValues } from './field-defaults'
import { createFieldRules, type FieldRules } from './field-rules'
import type { ClientVersion } from './field-types'
import {
  applyChanges,
  type ChangeContext,
  type FieldChange,
  type Moment
} from './form-change'
import {
  readPages,
  type FormField,
  type FormPage,
  type PageInput
} from './form-description'
import { withoutUndefined, type FormValues } from './form-values'
import { viewFields, type ViewContext } from './form-view'
import { viewReview } from './review-view'
import { buildRequest, type FrozenBodies } from './http-request'
import { HttpRuns, type Drawing, type Report } from './http-runs'
import {
  createMessageText,
  type MessageText,
  type Translations
} from './message-text'
import { addressOf, placeOf, type PagePlace } from './page-address'
import { PageCrash } from './page-crash'
import { readQueryParams } from './query-params'

export type FormSessionOptions = {
  pages: readonly PageInput[]
  /** Address of the page as the browser has it: `…/events/declare/<id>/pages/<page>?…`. */
  href: string
  /** What an earlier load of the page left behind. */
  draft?: FormValues
  /** Default true. */
  online?: boolean
  /** Payload of the user's token, for conditions and default values. */
  user?: object
  /** Default `2`. */
  version?: ClientVersion
  /** Texts by message id. */
  translations?: Translations
  /** Pause before a failed request is sent again. Default 1000 ms, the client's own (forms FACTS 4). */
  retryDelayMs?: number
  clock?: Clock
}

/** More drawings than this without rest, and the client gives up. */
const MAX_DRAWINGS = 50

/**
 * The state of one load of the page. Every change is followed by drawings until
 * nothing reacts any more: readers read the address, HTTP fields begin their
 * calls. What cannot be drawn is kept as the crash of the page, after which
 * nothing happens until it is loaded anew.
 */
export class FormSession {
  readonly pages: readonly FormPage[]
  readonly version: ClientVersion
  readonly rules: FieldRules
  readonly holds: Condition
  readonly runs: HttpRuns
  readonly memory = new Map<string, unknown>()
  readonly touched = new Set<string>()
  /** What went wrong without taking the page down; the client says it in the browser's console alone. */
  readonly faults: string[] = []
  readonly #options: FormSessionOptions
  readonly #clock: Clock
  readonly #text: MessageText
  readonly #frozen: FrozenBodies = new Map()
  readonly #changes: ChangeContext
  stored: FormValues
  address: URL
  online: boolean
  crash: PageCrash | undefined

  constructor(options: FormSessionOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#text = createMessageText(options.translations)
    this.pages = readPages(options.pages)
    this.version = options.version ?? '2'
    this.stored = withoutUndefined(options.draft ?? {})
    this.address = new URL(options.href)
    this.online = options.online ?? true
    this.holds = createCondition(() => ({
      online: this.online,
      today: today(this.#clock),
      user: this.#user
    }))
    this.rules = createFieldRules(this.pages, this.holds)
    this.runs = new HttpRuns({
      version: this.version,
      retryDelayMs: options.retryDelayMs ?? 1000,
      build: (field, form) =>
        buildRequest(field, form, this.address, this.#frozen)
    })
    this.#changes = {
      pages: this.pages,
      rules: this.rules,
      version: this.version,
      memory: this.memory,
      defaultOf: (field) => this.#defaultOf(field)
    }
    this.attempt(() => undefined)
  }

  get #user(): object {
    return this.#options.user ?? {}
  }

  #defaultOf(field: FormField): unknown {
    return defaultValueOf(field, {
      today: today(this.#clock),
      user: this.#user
    })
  }

  /** The page on screen; undefined on review. */
  get page(): FormPage | undefined {
    const place = placeOf(this.address)
    if (place?.kind === 'review') return undefined
    const visible = this.rules.visiblePages(this.stored)
    return visible.find(({ id }) => id === place?.pageId) ?? visible[0]
  }

  /** Stored values, and those that the page on screen shows on top. */
  get moment(): Moment {
    return {
      stored: this.stored,
      page: pageValues(this.page, this.stored, this.rules, (field) =>
        this.#defaultOf(field)
      )
    }
  }

  /** Does something the user or the network does, and lets the form come to rest. Does nothing after a crash. */
  attempt(work: () => void): void {
    if (this.crash !== undefined) return
    try {
      work()
      this.#settle()
    } catch (error) {
      this.crash =
        error instanceof PageCrash ? error : new PageCrash('the form', error)
    }
  }

  /** Changes fields as their own inputs do, or gives the reason why nothing was changed. */
  commit(
    changes: readonly FieldChange[],
    moment = this.moment
  ): string | undefined {
    try {
      const { stored, reset } = applyChanges(moment, changes, this.#changes)
      this.stored = stored
      for (const id of reset) this.touched.delete(id)
      return undefined
    } catch (error) {
      // Thrown while an input reports, not while the page is drawn: the client goes on as if nothing had been typed.
      const fault = error instanceof Error ? error.message : String(error)
      this.faults.push(fault)
      return fault
    }
  }

  /** Applies what an HTTP field reports. */
  apply({ changes, moment, started }: Report): void {
    const fault = this.commit(changes, moment)
    if (fault === undefined || started === undefined) return
    const end = this.runs.abandon(started, fault)
    if (end !== undefined) this.commit(end.changes, end.moment)
  }

  /** What the buttons below the page do first: values that were only shown become the form's own. */
  flush(): void {
    const { stored, page } = this.moment
    this.stored = withoutUndefined({ ...stored, ...page })
    for (const { id } of this.page?.fields ?? []) this.touched.add(id)
  }

  goTo(place: PagePlace): void {
    this.address = addressOf(place, this.address)
  }

  #settle(): void {
    for (let drawings = 0; drawings < MAX_DRAWINGS; drawings += 1) {
      const drawing = this.#draw()
      const report = this.runs.afterDrawing(drawing)
      if (report !== undefined) this.apply(report)
      else if (!this.#readAddress(drawing)) return
    }
    throw new Error('the fields change each other without end')
  }

  /** Looks at everything once, so that what cannot be drawn is found. */
  #draw(): Drawing {
    const { moment, page } = this
    const form = { ...moment.stored, ...moment.page }
    const context = this.viewContext(() => undefined)
    if (page === undefined) viewReview(form, context)
    else viewFields(page, form, context)
    return { moment, form, httpFields: this.#mounted('HTTP', form) }
  }

  #mounted(type: string, form: FormValues): FormField[] {
    return (this.page?.fields ?? []).filter(
      (field) => field.type === type && this.rules.isVisible(field, form)
    )
  }

  /** Whether a QUERY_PARAM_READER found something. */
  #readAddress({ form, moment }: Drawing): boolean {
    for (const field of this.#mounted('QUERY_PARAM_READER', form)) {
      const reading = readQueryParams(
        field,
        this.address,
        this.#clock,
        this.version
      )
      if (reading === undefined) continue
      this.commit([reading.change], moment)
      this.address = reading.address
      return true
    }
    return false
  }

  viewContext(errorOf: ViewContext['errorOf']): ViewContext {
    return {
      rules: this.rules,
      text: this.#text,
      location: this.address,
      online: this.online,
      version: this.version,
      errorOf
    }
  }
}
