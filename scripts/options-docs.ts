import { type OptionEntry, listOptions } from '../src/config/schema/option-list'

const INTRODUCTION = `# Options

Everything that \`createNationalId\` takes. It checks all of it before anything is started, tells every mistake at once,
and refuses names that it does not know. Options that weaken a safeguard are said to, and are logged at start.

Where "text or function" stands, a function fetches the text each time that it is needed (from a vault, a mounted file).
The options of \`http({ ... })\`, \`sqlite({ ... })\` and other parts are on their own pages.

<!-- Made by \`node scripts/generate-options-docs.js\`; the words are those of the schemas in src/config/schema. -->
`

/** The page of all options: a table per area, with an anchor for each option, as the error messages name it. */
export function renderOptionsDocs(): string {
  const entries = listOptions()
  const areas = entries
    .filter((entry) => !entry.path.includes('.'))
    .map((entry) => ({ entry, inside: within(entries, entry.path) }))
  const plain = areas.filter(({ inside }) => inside.length === 0)
  const sections = areas
    .filter(({ inside }) => inside.length > 0)
    .map(({ entry, inside }) => section(entry, inside))
  const top = table(plain.map(({ entry }) => entry))
  return [INTRODUCTION, `## General\n\n${top}`, ...sections].join('\n')
}

function within(entries: readonly OptionEntry[], area: string): OptionEntry[] {
  return entries.filter((entry) => entry.path.startsWith(`${area}.`))
}

function section(entry: OptionEntry, inside: readonly OptionEntry[]): string {
  const note = NOTES[entry.path]
  const need = entry.required ? 'Required. ' : ''
  return [
    `## ${anchor(entry.path)}\`${entry.path}\`\n`,
    `${need}${entry.description}\n`,
    ...(note === undefined ? [] : [`${note}\n`]),
    table(inside)
  ].join('\n')
}

const NOTES: Readonly<Record<string, string>> = {
  events:
    'Each key is an event type, and its value has the options below. `rules` has a list of rules for each action; each rule has a `name`, a `when` and a `then`.'
}

function table(entries: readonly OptionEntry[]): string {
  const rows = entries.map((entry) =>
    [
      `${anchor(entry.path)}\`${entry.path}\``,
      cell(entry.type),
      entry.required ? '**required**' : presetOf(entry),
      cell(entry.description)
    ].join(' | ')
  )
  return [
    '| option | takes | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    ''
  ].join('\n')
}

function presetOf({ preset }: OptionEntry): string {
  return preset === undefined ? '' : `\`${cell(JSON.stringify(preset))}\``
}

function anchor(path: string): string {
  return `<a id="${path}"></a>`
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
