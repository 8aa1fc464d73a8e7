import type { SystemAnswer } from '../../domain/delivery'
import { isJsonValue, isRecord } from '../../internal/json'

/** Longest texts that are taken: no identifier or code comes near these. */
const MAX_IDENTIFIER = 256
const MAX_REFERENCE = 256
const MAX_CODE = 100
const MAX_REASON = 2_000

/** An answer, or what is wrong with it in words that quote nothing of it. */
export type Shaped<T> = { answer: T } | { problem: string }

/**
 * Checks what a mapping function or the system's JSON says to be an answer,
 * and copies only what an answer has. A missing identifier is no matter of
 * shape: see `identifierProblem`.
 */
export function shapeAnswer(value: unknown): Shaped<SystemAnswer> {
  const said = isRecord(value) ? value : {}
  switch (said.outcome) {
    case 'accepted':
      return shapeAccepted(said)
    case 'refused':
      return shapeRefused(said)
    case 'pending':
      return shapePending(said)
    default:
      return {
        problem: '`outcome` is none of `accepted`, `refused` and `pending`.'
      }
  }
}

function shapeAccepted(said: Record<string, unknown>): Shaped<SystemAnswer> {
  const { declaration, identifier } = said
  if (isSaid(identifier) && !isText(identifier, MAX_IDENTIFIER)) {
    return { problem: '`identifier` is no text, or empty, or too long.' }
  }
  if (isSaid(declaration) && !isDeclaration(declaration)) {
    return { problem: '`declaration` is no object of JSON values.' }
  }
  return {
    answer: {
      outcome: 'accepted',
      ...(isSaid(identifier) ? { identifier } : {}),
      ...(isSaid(declaration) ? { declaration } : {})
    }
  }
}

function shapeRefused(said: Record<string, unknown>): Shaped<SystemAnswer> {
  const { code, reason } = said
  if (!isText(code, MAX_CODE) || !isText(reason, Infinity)) {
    return { problem: 'a refusal needs `code` and `reason`, both text.' }
  }
  return {
    answer: { outcome: 'refused', code, reason: reason.slice(0, MAX_REASON) }
  }
}

function shapePending(said: Record<string, unknown>): Shaped<SystemAnswer> {
  const { systemReference } = said
  if (!isSaid(systemReference)) return { answer: { outcome: 'pending' } }
  return isText(systemReference, MAX_REFERENCE)
    ? { answer: { outcome: 'pending', systemReference } }
    : { problem: 'its own reference is no text, or empty, or too long.' }
}

/** JSON's null and JavaScript's undefined both say nothing. */
function isSaid<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined
}

/** Whether a value is text that is not blank. */
export function isText(value: unknown, maxLength: number): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= maxLength
  )
}

function isDeclaration(
  value: unknown
): value is NonNullable<
  Extract<SystemAnswer, { outcome: 'accepted' }>['declaration']
> {
  return isRecord(value) && isJsonValue(value)
}

/**
 * The system's own JSON as an answer, still unchecked: `{ outcome, identifier,
 * declaration }`, `{ outcome, code, reason }` or `{ outcome, id }`.
 *
 * @param outcome what the status says, where `body` does not say it
 */
export function answerInBody(
  body: unknown,
  outcome?: SystemAnswer['outcome']
): unknown {
  const said = isRecord(body) ? body : {}
  const { id, ...rest } = said
  return {
    ...rest,
    outcome: said.outcome ?? outcome,
    systemReference: id
  }
}
