import type { Message } from './form-description'

/** Texts of the country by message id; without one the message's default counts (forms FACTS 7). */
export type Translations = Readonly<Record<string, string>>

type Values = Readonly<Record<string, string>>

/** Gives a message as text, for the values that stand in braces. */
export type MessageText = (message: Message, values?: Values) => string

/**
 * Messages as the client shows them. Of the ICU syntax it knows what form
 * fields use: `{name}`, `{name, select, one {…} other {…}}` and quoting with
 * apostrophes. What it does not understand is shown as written.
 */
export function createMessageText(
  translations: Translations = {}
): MessageText {
  return ({ id, defaultMessage }, values = {}) => {
    const pattern = translations[id] ?? defaultMessage
    try {
      return fill(pattern, values)
    } catch {
      return pattern
    }
  }
}

function fill(pattern: string, values: Values): string {
  let text = ''
  let at = 0
  while (at < pattern.length) {
    const [part, next] = readPart(pattern, at, values)
    text += part
    at = next
  }
  return text
}

function readPart(
  pattern: string,
  at: number,
  values: Values
): [string, number] {
  const character = pattern.charAt(at)
  if (character === "'") return readQuoted(pattern, at)
  if (character !== '{') return [character, at + 1]
  const end = closingBrace(pattern, at)
  return [fillArgument(pattern.slice(at + 1, end), values), end + 1]
}

/** Two apostrophes are one; one before a brace makes what follows plain text, up to the next. */
function readQuoted(pattern: string, at: number): [string, number] {
  const next = pattern.charAt(at + 1)
  if (next === "'") return ["'", at + 2]
  if (next !== '{' && next !== '}') return ["'", at + 1]
  const end = pattern.indexOf("'", at + 1)
  const stop = end === -1 ? pattern.length : end
  return [pattern.slice(at + 1, stop), stop + 1]
}

/** @throws Error when the brace is never closed */
function closingBrace(pattern: string, opening: number): number {
  let depth = 0
  for (let at = opening; at < pattern.length; at += 1) {
    if (pattern[at] === '{') depth += 1
    if (pattern[at] === '}') depth -= 1
    if (depth === 0) return at
  }
  throw new Error('unclosed brace')
}

function fillArgument(argument: string, values: Values): string {
  const [name = '', kind, ...rest] = argument.split(',')
  const value = values[name.trim()] ?? ''
  if (kind === undefined) return value
  if (kind.trim() !== 'select') throw new Error('unknown kind of argument')
  const choices = readChoices(rest.join(','))
  return fill(choices.get(value) ?? choices.get('other') ?? '', values)
}

function readChoices(text: string): Map<string, string> {
  const choices = new Map<string, string>()
  let at = 0
  for (;;) {
    const opening = text.indexOf('{', at)
    if (opening === -1) return choices
    const closing = closingBrace(text, opening)
    choices.set(
      text.slice(at, opening).trim(),
      text.slice(opening + 1, closing)
    )
    at = closing + 1
  }
}
