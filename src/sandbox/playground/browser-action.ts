import * as Joi from 'joi'
import type { FormEngine } from './form-engine'
import type { RequestOutcome } from './http-answer'

/** What the browser reports: something that the user did, or what became of a call. */
export type BrowserAction =
  | { type: 'change'; fieldId: string; value: unknown }
  | { type: 'scan'; fieldId: string; text: string }
  | { type: 'touch' | 'press' | 'revoke'; fieldId: string }
  | { type: 'next' | 'back' | 'review' }
  | { type: 'open'; href: string }
  | { type: 'online'; online: boolean }
  | { type: 'outcome'; id: string; attempt: number; outcome: RequestOutcome }

const text = Joi.string().allow('').required()

const outcome = Joi.alternatives(
  Joi.object({
    kind: Joi.valid('answered').required(),
    status: Joi.number().integer().required(),
    statusText: text,
    contentType: text,
    text
  }),
  Joi.object({ kind: Joi.valid('failed').required(), message: text }),
  Joi.object({ kind: Joi.valid('timedOut').required() })
)

const action = Joi.alternatives(
  Joi.object({
    type: Joi.valid('change').required(),
    fieldId: text,
    value: Joi.any()
  }),
  Joi.object({ type: Joi.valid('scan').required(), fieldId: text, text }),
  Joi.object({
    type: Joi.valid('touch', 'press', 'revoke').required(),
    fieldId: text
  }),
  Joi.object({ type: Joi.valid('next', 'back', 'review').required() }),
  Joi.object({ type: Joi.valid('open').required(), href: text }),
  Joi.object({
    type: Joi.valid('online').required(),
    online: Joi.boolean().required()
  }),
  Joi.object({
    type: Joi.valid('outcome').required(),
    id: text,
    attempt: Joi.number().integer().required(),
    outcome: outcome.required()
  })
)

/** Body of a browser's report. */
export type BrowserReport = {
  /** Which load of the page speaks. */
  load: string
  actions: readonly BrowserAction[]
}

const report = Joi.object<BrowserReport>({
  load: text,
  actions: Joi.array().items(action).required()
}).required()

/** @throws Error when the body is anything else */
export function readBrowserReport(body: unknown): BrowserReport {
  return Joi.attempt(body, report, { convert: false })
}

/** Does what the browser reports. */
export function applyAction(engine: FormEngine, action: BrowserAction): void {
  switch (action.type) {
    case 'change':
      engine.change(action.fieldId, action.value)
      break
    case 'scan':
      engine.scan(action.fieldId, action.text)
      break
    case 'touch':
    case 'press':
    case 'revoke':
      engine[action.type](action.fieldId)
      break
    case 'next':
    case 'back':
    case 'review':
      engine[action.type]()
      break
    case 'open':
      engine.open(action.href)
      break
    case 'online':
      engine.setOnline(action.online)
      break
    case 'outcome':
      engine.finish(action.id, action.attempt, action.outcome)
  }
}
