import { isDeepStrictEqual } from 'node:util'
import { newId } from '../../internal/ids'
import type { ClientVersion } from './field-types'
import type { FieldChange, Moment } from './form-change'
import { readReference, type FormField } from './form-description'
import type { FormValues } from './form-values'
import { LOADING, readOutcome, type RequestOutcome } from './http-answer'
import type { FieldRequest } from './http-request'

/** A call to make now: once for each `id` and `attempt`. */
export type PendingRequest = FieldRequest & {
  id: string
  attempt: number
  fieldId: string
  /** Wait so long first: the pause before the second attempt. */
  delayMs: number
}

/** The page on screen, each time that it is drawn. */
export type Drawing = {
  moment: Moment
  form: FormValues
  /** HTTP fields that are mounted: visible, on the page on screen. */
  httpFields: readonly FormField[]
}

/** What an HTTP field reports: changes to apply to the form of that moment. */
export type Report = {
  moment: Moment
  changes: readonly FieldChange[]
  /** Id of the call that this is the beginning of. */
  started?: string
}

export type HttpRunsOptions = {
  version: ClientVersion
  /** Pause before a failed request is sent again, in milliseconds. */
  retryDelayMs: number
  build(field: FormField, form: FormValues): FieldRequest
}

type Run = {
  id: string
  field: FormField
  attempt: number
  request?: PendingRequest
  /**
   * The form as the field saw it last, once it is gone. What the call brings is
   * then written on top of that, and what was typed since is lost (forms
   * CLIENT 2).
   */
  left?: { moment: Moment; form: FormValues }
}

/** One more try after a failure (forms FACTS 4). */
const MAX_ATTEMPTS = 2

/** The HTTP fields' calls in one load of the page. */
export class HttpRuns {
  readonly #options: HttpRunsOptions
  /** Last seen value of the trigger, by the id of each field that is mounted. */
  readonly #mounted = new Map<string, unknown>()
  readonly #runs = new Map<string, Run>()
  #current: Drawing | undefined

  constructor(options: HttpRunsOptions) {
    this.#options = options
  }

  /** Tell it of every drawing. Gives the next report, until there is none. */
  afterDrawing(drawing: Drawing): Report | undefined {
    const before = this.#current ?? drawing
    this.#current = drawing
    this.#leaveUnmounted(drawing, before)
    const starting = drawing.httpFields.find((field) =>
      this.#mustStart(field, drawing)
    )
    return starting === undefined ? undefined : this.#start(starting, drawing)
  }

  /** Calls to make now; none while offline, where they wait. */
  pending(online: boolean): PendingRequest[] {
    if (!online) return []
    return [...this.#runs.values()]
      .map((run) => this.#request(run))
      .filter((pending) => pending !== undefined)
  }

  /** Takes what became of a call. Undefined: it will be tried again, or is not known. */
  finish(
    id: string,
    attempt: number,
    outcome: RequestOutcome
  ): Report | undefined {
    const run = this.#runs.get(id)
    if (run?.request === undefined || run.attempt !== attempt) return
    const { failed } = readOutcome(outcome, undefined)
    if (failed && attempt < MAX_ATTEMPTS) {
      run.attempt += 1
      delete run.request
      return
    }
    const moment = run.left?.moment ?? this.#current?.moment
    return moment && this.#end(run, moment, outcome)
  }

  /**
   * The beginning of a call could not be written into the form. Nothing is
   * sent, and the field takes its error value (forms CLIENT 4: seen where a
   * field's own `loading` makes the conditions contradict each other).
   */
  abandon(id: string, reason: string): Report | undefined {
    const run = this.#runs.get(id)
    const moment = this.#current?.moment
    if (run === undefined || moment === undefined) return undefined
    return this.#end(run, moment, { kind: 'failed', message: reason })
  }

  #leaveUnmounted(drawing: Drawing, before: Drawing): void {
    const shown = new Set(drawing.httpFields.map(({ id }) => id))
    for (const id of this.#mounted.keys()) {
      if (!shown.has(id)) this.#mounted.delete(id)
    }
    for (const run of this.#runs.values()) {
      if (!shown.has(run.field.id)) {
        run.left ??= { moment: before.moment, form: before.form }
      }
    }
  }

  /** At mount without a trigger, else whenever the trigger's value changed: null is a value too, undefined is none. */
  #mustStart(field: FormField, { form }: Drawing): boolean {
    const trigger = readReference(field.configuration.trigger)
    const value = trigger && form[trigger.field]
    if (!this.#mounted.has(field.id)) {
      this.#mounted.set(field.id, value)
      return trigger === undefined
    }
    if (trigger === undefined) return false
    const last = this.#mounted.get(field.id)
    const fires = value !== undefined && !isDeepStrictEqual(value, last)
    // 1.9 remembers only what it fired for.
    if (fires || this.#options.version === '2') {
      this.#mounted.set(field.id, value)
    }
    return fires
  }

  #start(field: FormField, { moment }: Drawing): Report {
    const run: Run = { id: newId(), field, attempt: 1 }
    this.#runs.set(run.id, run)
    return {
      moment,
      changes: [{ id: field.id, value: LOADING }],
      started: run.id
    }
  }

  #end(run: Run, moment: Moment, outcome: RequestOutcome): Report {
    this.#runs.delete(run.id)
    const { errorValue } = run.field.configuration
    const { value } = readOutcome(outcome, errorValue)
    return { moment, changes: [{ id: run.field.id, value }] }
  }

  #request(run: Run): PendingRequest | undefined {
    const form = run.left?.form ?? this.#current?.form
    if (run.request !== undefined || form === undefined) return run.request
    run.request = {
      ...this.#options.build(run.field, form),
      id: run.id,
      attempt: run.attempt,
      fieldId: run.field.id,
      delayMs: run.attempt === 1 ? 0 : this.#options.retryDelayMs
    }
    return run.request
  }
}
