import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { stringify } from 'csv-stringify/sync'
import { translationRows } from '../form-fields'
import {
  mergeTranslations,
  TranslationFileError,
  type MergeReport
} from './merge-translations'
import type { Terminal } from './terminal'

/** `translations`: the texts of our form fields, for a country's `client.csv`. */
export function addTranslationsCommand(
  program: Command,
  terminal: Terminal
): void {
  const translations = program
    .command('translations')
    .description("texts of the form fields, for a country's client.csv")
  translations
    .command('print')
    .description('prints all texts as CSV')
    .action(() => {
      terminal.print(stringify([...translationRows()], { header: true }))
    })
  translations
    .command('merge')
    .argument('<file>', "the country's client.csv")
    .option('--dry-run', 'only says what would change')
    .description(
      "adds what is missing to the file; a country's own text is never changed"
    )
    .action((file: string, { dryRun }: { dryRun?: boolean }) => {
      mergeInto(file, dryRun === true, terminal)
    })
}

function mergeInto(file: string, dryRun: boolean, terminal: Terminal): void {
  const before = readText(file)
  const { text, report } = mergeTranslations(before, translationRows())
  if (!dryRun && text !== before) replaceFile(file, text)
  terminal.print(describe(report, dryRun))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new TranslationFileError(
      `There is no file ${file} that can be read. Nothing was changed; in OpenCRVS's country template it is src/translations/client.csv.`
    )
  }
}

/** Whole or not at all: a file that is half written would leave the country without its texts. */
function replaceFile(file: string, text: string): void {
  const beside = `${file}.new`
  writeFileSync(beside, text, { mode: statSync(file).mode })
  renameSync(beside, file)
}

function describe(report: MergeReport, dryRun: boolean): string {
  const { added, filled, kept, same, untranslated } = report
  const would = dryRun ? 'would be ' : ''
  const lines = [
    ...list(`${would}added`, added),
    ...list(`${would}filled in where the text was empty`, filled),
    ...list("kept, since the country's own text differs", kept),
    `${same.length} there already.`,
    ...untranslated.map(
      (language) =>
        `There are no texts of ours in "${language}": please translate the rows that were added.`
    )
  ]
  return `${lines.join('\n')}\n`
}

function list(what: string, ids: readonly string[]): string[] {
  return [
    `${ids.length} ${what}${ids.length === 0 ? '.' : ':'}`,
    ...ids.map((id) => `  ${id}`)
  ]
}
