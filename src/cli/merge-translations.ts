import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'

/** One message with its texts by language: a row of a country's `client.csv`. */
export type TranslationRow = {
  id: string
  description: string
} & Readonly<Record<string, string>>

/** What merging did, in message ids. */
export type MergeReport = {
  /** Rows that were not there. */
  added: string[]
  /** Rows of which an empty text was filled in. */
  filled: string[]
  /** Rows that have a text of the country's own, which stays. */
  kept: string[]
  /** Rows that say just what we say. */
  same: string[]
  /** Languages of the file for which we have no text: the country translates these itself. */
  untranslated: string[]
}

/** The file cannot be taken for a translation file. Nothing was changed. */
export class TranslationFileError extends Error {}

type Row = { cells: string[]; raw: string; changed: boolean }

/**
 * Adds our messages to the text of a country's `client.csv` (columns `id`, `description` and one for each language).
 * A text that the country has is never changed, and neither is a row in which nothing is filled in, to the byte.
 *
 * @throws TranslationFileError when the file is no such CSV
 */
export function mergeTranslations(
  file: string,
  ours: readonly TranslationRow[]
): { text: string; report: MergeReport } {
  const { header, rows } = read(file)
  const byId = new Map(rows.map((row) => [row.cells[0] ?? '', row]))
  const report: MergeReport = {
    added: [],
    filled: [],
    kept: [],
    same: [],
    untranslated: header
      .slice(2)
      .filter((language) => ours.every((row) => row[language] === undefined))
  }
  const fresh: string[][] = []
  for (const row of ours) {
    const known = byId.get(row.id)
    if (known === undefined) {
      fresh.push(header.map((column) => row[column] ?? ''))
      report.added.push(row.id)
    } else {
      report[merge(known, row, header)].push(row.id)
    }
  }
  return { text: write(file, rows, fresh), report }
}

function read(file: string): { header: string[]; rows: Row[] } {
  const records = parseCsv(file)
  const header = records[0]?.cells ?? []
  if (header[0] !== 'id' || header[1] !== 'description' || header.length < 3) {
    throw new TranslationFileError(
      'The file does not begin with the columns id, description and at least one language, as the client.csv of a country configuration does. Nothing was changed.'
    )
  }
  return { header, rows: records.slice(1) }
}

function parseCsv(file: string): Row[] {
  try {
    const parsed = parse(file, {
      raw: true,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true
    }) as unknown as Array<{ record: string[]; raw: string }>
    return parsed.map(({ record, raw }) => ({
      cells: record,
      raw,
      changed: false
    }))
  } catch (error) {
    // The parser's own text quotes the line; its code says enough, and where.
    const place = lineOf(error)
    throw new TranslationFileError(
      `The file cannot be read as CSV${place === undefined ? '' : ` (line ${place})`}. Nothing was changed; open it in a spreadsheet or an editor and mend the quotes there.`
    )
  }
}

function lineOf(error: unknown): number | undefined {
  const line: unknown =
    typeof error === 'object' && error !== null
      ? Reflect.get(error, 'lines')
      : undefined
  return typeof line === 'number' ? line : undefined
}

/** Fills what the country has left empty, and says what became of the row. */
function merge(
  known: Row,
  ours: TranslationRow,
  header: readonly string[]
): 'filled' | 'kept' | 'same' {
  let differs = false
  for (const [index, column] of header.entries()) {
    const text = ours[column]
    if (text === undefined || column === 'description') continue
    const theirs = known.cells[index] ?? ''
    if (theirs.trim() === '') {
      while (known.cells.length < index) known.cells.push('')
      known.cells[index] = text
      known.changed = true
    } else if (theirs !== text) {
      differs = true
    }
  }
  if (known.changed) return 'filled'
  return differs ? 'kept' : 'same'
}

/** Rows that stay are written as they were read; line ends are the file's own. */
function write(
  file: string,
  rows: readonly Row[],
  fresh: readonly string[][]
): string {
  const lineEnd = file.includes('\r\n') ? '\r\n' : '\n'
  const line = (cells: readonly string[]) =>
    stringify([[...cells]], { record_delimiter: lineEnd })
  let text = ''
  let copied = 0
  for (const { raw, cells, changed } of rows) {
    // In order, so a row that stands in the file twice is found where it is.
    const start = file.indexOf(raw, copied)
    text += file.slice(copied, start)
    text += changed ? line(cells) : raw
    copied = start + raw.length
  }
  text += file.slice(copied)
  if (fresh.length === 0) return text
  const joint = text === '' || text.endsWith('\n') ? '' : lineEnd
  return text + joint + fresh.map(line).join('')
}
