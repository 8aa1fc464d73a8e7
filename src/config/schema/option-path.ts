import { listOptions } from './option-list'

export type OptionPath = ReadonlyArray<string | number>

/** An option's path as people write it: `events.birth.rules.REGISTER[0].when`. */
export function showPath(path: OptionPath): string {
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
  return text === '' ? 'options' : text.replace(/^\./, '')
}

/** Where the docs speak of the option, or of the closest one around it. */
export function seeAlso(path: OptionPath): string {
  const known = new Set(listOptions().map((entry) => entry.path))
  const named = documentedPath(path)
  for (let length = named.length; length > 0; length -= 1) {
    const anchor = named.slice(0, length).join('.')
    if (known.has(anchor)) return `docs/options.md#${anchor}`
  }
  return 'docs/options.md'
}

/** What the option is for, in a sentence, or undefined for one that is not listed. */
export function descriptionOf(path: OptionPath): string | undefined {
  const named = documentedPath(path).join('.')
  return listOptions().find((entry) => entry.path === named)?.description
}

/** The names that may stand where an unknown one was found, without the names that a country gives. */
export function knownKeys(path: OptionPath): string[] {
  const parent = documentedPath(path).slice(0, -1).join('.')
  const prefix = parent === '' ? '' : `${parent}.`
  return listOptions().flatMap((entry) => {
    if (!entry.path.startsWith(prefix)) return []
    const rest = entry.path.slice(prefix.length)
    return rest.includes('.') ? [] : [rest]
  })
}

/** The path without numbers and without the names that a country gives. */
function documentedPath(path: OptionPath): string[] {
  const names = path.filter((part) => typeof part === 'string')
  if (names[0] !== 'events') return names
  const [events, , ...below] = names
  // `rules.REGISTER` and `attributes.more.<name>`: what follows is named by the country.
  if (below[0] === 'rules') below.splice(1, 1)
  if (below[0] === 'attributes' && below[1] === 'more') below.splice(2, 1)
  return [events, ...below]
}
