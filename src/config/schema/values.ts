import Joi from 'joi'
import { optionProblem } from './problem'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Shorter secrets can be guessed. */
const MIN_KEY_LENGTH = 32

/** Text that is not blank. */
export function text(): Joi.StringSchema {
  return Joi.string().trim(true).min(1)
}

/** A whole number of milliseconds, at most 30 days. */
export function milliseconds(min = 1, max = 30 * DAY_MS): Joi.NumberSchema {
  return Joi.number().integer().min(min).max(max)
}

/** A whole number of things. */
export function count(min: number, max: number): Joi.NumberSchema {
  return Joi.number().integer().min(min).max(max)
}

/** A function of the country. Its result is checked where it is called. */
export function callback(): Joi.FunctionSchema {
  return Joi.function()
}

/** A secret as text, or a function that fetches it. */
export function secret(): Joi.AlternativesSchema {
  return Joi.alternatives(Joi.string().min(1), Joi.function()).meta({
    takes: 'text or function'
  })
}

/** A secret that other things are encrypted with: text of 32 characters or more, or a function. */
export function encryptionKey(): Joi.AnySchema {
  return Joi.any()
    .meta({ takes: 'text or function' })
    .custom((value: unknown, helpers) => {
      if (typeof value === 'function') return value
      if (typeof value !== 'string') {
        return optionProblem(
          helpers,
          'must be text, or a function that fetches the text.'
        )
      }
      if (value.length >= MIN_KEY_LENGTH) return value
      return optionProblem(
        helpers,
        `is too short to protect anything: ${value.length} characters, and at least ${MIN_KEY_LENGTH} are needed. Make one with \`openssl rand -base64 48\`.`
      )
    })
}

/** An http or https address. A slash at the end is taken off. */
export function address(): Joi.AnySchema {
  return Joi.any()
    .meta({ takes: 'address' })
    .custom((value: unknown, helpers) => {
      const url = parseUrl(value)
      if (url === undefined) {
        return optionProblem(
          helpers,
          'must be a whole address that begins with https:// (or http:// inside a private network).'
        )
      }
      if (url.username !== '' || url.password !== '') {
        return optionProblem(
          helpers,
          'must not hold a user name or password: addresses are written to logs.'
        )
      }
      if (url.search !== '' || url.hash !== '') {
        return optionProblem(
          helpers,
          'must end before any `?` or `#`: paths are added to it.'
        )
      }
      return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
    })
}

function parseUrl(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  return ['http:', 'https:'].includes(url.protocol) ? url : undefined
}
