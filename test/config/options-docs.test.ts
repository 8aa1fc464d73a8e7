import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderOptionsDocs } from '../../scripts/options-docs'
import { listOptions } from '../../src/config/schema/option-list'

const DOCS = readFileSync(join(__dirname, '../../docs/options.md'), 'utf8')

test('docs/options.md is what the schemas say (else run node scripts/generate-options-docs.js)', () => {
  expect(DOCS).toBe(renderOptionsDocs())
})

test('every option has its own anchor, as error messages name it', () => {
  const paths = listOptions().map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
  for (const path of paths) expect(DOCS).toContain(`<a id="${path}"></a>`)
})

test('every option that is a group of options is described too', () => {
  const paths = listOptions().map(({ path }) => path)
  const groups = paths.map((path) => path.split('.').slice(0, -1).join('.'))
  const undescribed = groups.filter(
    (group) => group !== '' && !paths.includes(group)
  )
  expect(undescribed).toEqual([])
})
