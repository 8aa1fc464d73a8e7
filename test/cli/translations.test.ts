import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { translationRows } from 'opencrvs-national-id/form-fields'
import {
  mergeTranslations,
  TranslationFileError
} from '../../src/cli/merge-translations'
import { runProgram } from '../../src/cli/program'

const OURS = [
  { id: 'x.one', description: 'First', en: 'One, two', fr: 'Un' },
  { id: 'x.two', description: 'Second', en: 'Two', fr: 'Deux' }
]

async function run(
  ...args: string[]
): Promise<{ status: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const status = await runProgram(args, {
    print: (text) => (out += text),
    fail: (text) => (err += text),
    variable: () => undefined
  })
  return { status, out, err }
}

function writeFile(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'translations-'))
  const file = path.join(folder, 'client.csv')
  writeFileSync(file, text, { mode: 0o640 })
  return file
}

describe('merging translations', () => {
  it('adds the rows that are missing, after what is there', () => {
    const { text, report } = mergeTranslations(
      'id,description,en,fr\na.b,Thing,Thing,Chose\n',
      OURS
    )

    expect(text).toBe(
      'id,description,en,fr\na.b,Thing,Thing,Chose\nx.one,First,"One, two",Un\nx.two,Second,Two,Deux\n'
    )
    expect(report.added).toEqual(['x.one', 'x.two'])
  })

  it("never changes a country's own text, nor the bytes of its row", () => {
    const file =
      'id,description,en,fr\n"x.one","own ""note""",My one ,Le mien\nx.two,Second,Two,Deux\n'

    const { text, report } = mergeTranslations(file, OURS)

    expect(text).toBe(file)
    expect(report).toMatchObject({ kept: ['x.one'], same: ['x.two'] })
  })

  it('fills in a text that the country has left empty, and only that', () => {
    const { text, report } = mergeTranslations(
      'id,description,en,fr\nx.one,Mine,My one,\nx.two,Second,Two,Deux\n',
      OURS
    )

    expect(text).toContain('x.one,Mine,My one,Un\n')
    expect(report.filled).toEqual(['x.one'])
  })

  it('changes nothing when it is run a second time', () => {
    const once = mergeTranslations('id,description,en,fr\n', OURS).text

    const twice = mergeTranslations(once, OURS)

    expect(twice.text).toBe(once)
    expect(twice.report.same).toEqual(['x.one', 'x.two'])
  })

  it('leaves the languages that we do not speak to the country, and says so', () => {
    const { text, report } = mergeTranslations('id,description,fr,bn\n', OURS)

    expect(text).toBe(
      'id,description,fr,bn\nx.one,First,Un,\nx.two,Second,Deux,\n'
    )
    expect(report.untranslated).toEqual(['bn'])
  })

  it('keeps the line ends of the file, also where its last line has none', () => {
    const { text } = mergeTranslations('id,description,en\r\na,b,c', OURS)

    expect(text).toBe(
      'id,description,en\r\na,b,c\r\nx.one,First,"One, two"\r\nx.two,Second,Two\r\n'
    )
  })

  it('keeps a text with a line break and a byte order mark', () => {
    const file = '\uFEFFid,description,en,fr\na,b,"two\nlines",\n'

    const { text } = mergeTranslations(file, OURS)

    expect(text.startsWith(file)).toBe(true)
  })

  it.each([
    ['no header of a translation file', 'name,text\na,b\n'],
    ['nothing', ''],
    ['a quote that never ends', 'id,description,en\na,"b,c\n']
  ])('refuses a file with %s', (_what, file) => {
    expect(() => mergeTranslations(file, OURS)).toThrow(TranslationFileError)
  })
})

describe('the translations command', () => {
  it('merges all messages of the form fields into a file and reports each', async () => {
    const file = writeFile('id,description,en,fr\n')

    const { status, out } = await run('translations', 'merge', file)

    const rows = translationRows()
    expect(status).toBe(0)
    expect(out).toContain(`${rows.length} added:`)
    const text = readFileSync(file, 'utf8')
    for (const { id } of rows) {
      expect(out).toContain(id)
      expect(text).toContain(id)
    }
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it('writes nothing in a dry run', async () => {
    const file = writeFile('id,description,en,fr\n')

    const { out } = await run('translations', 'merge', '--dry-run', file)

    expect(out).toContain('would be added')
    expect(readFileSync(file, 'utf8')).toBe('id,description,en,fr\n')
  })

  it('prints a file that it would take itself', async () => {
    const { out } = await run('translations', 'print')

    expect(mergeTranslations(out, translationRows()).report.same).toHaveLength(
      translationRows().length
    )
  })

  it('says what to do when there is no such file', async () => {
    const { status, err } = await run(
      'translations',
      'merge',
      '/nowhere/client.csv'
    )

    expect(status).toBe(1)
    expect(err).toContain('src/translations/client.csv')
  })

  it('ends with an error for a command that it does not know', async () => {
    expect((await run('translate')).status).not.toBe(0)
  })
})
