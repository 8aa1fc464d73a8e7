import { IDENTITY_PROBLEMS, IDENTITY_STATUSES } from '../../src/domain/identity'
import {
  identityMessages,
  translationRows
} from 'opencrvs-national-id/form-fields'
import { METHODS, motherForm } from './mother-form'

const rows = translationRows()

function messagesIn(value: unknown): Array<Record<string, unknown>> {
  if (Array.isArray(value)) return value.flatMap(messagesIn)
  if (typeof value !== 'object' || value === null) return []
  const node = value as Record<string, unknown>
  if ('defaultMessage' in node) return [node]
  return Object.values(node).flatMap(messagesIn)
}

/** The words that an ICU select has texts for. */
function choices(text: string): string[] {
  return [...text.matchAll(/(\w+) \{/g)].map(([, word]) => word ?? '')
}

test('every text is there in English and French, with a description', () => {
  for (const { id, description, en, fr } of rows) {
    expect(id).toMatch(/^nationalId\.form\.[A-Za-z.]+$/)
    for (const text of [description, en, fr]) {
      expect(text.trim().length).toBeGreaterThan(3)
    }
    expect(en).not.toBe(fr)
  }
  expect(rows.length).toBeGreaterThan(25)
})

test('every id is there once', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
})

test('every text of a form has a row, with the same English', () => {
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const version of ['1.9', '2'] as const) {
    for (const methods of Object.values(METHODS)) {
      const { mother } = motherForm({ version, methods })
      for (const { id, defaultMessage, description } of messagesIn(
        mother.fields
      )) {
        const row = byId.get(String(id))
        expect({ id, en: row?.en, description: row?.description }).toEqual({
          id,
          en: defaultMessage,
          description
        })
      }
    }
  }
})

test('every row is a text of some form', () => {
  const used = new Set(
    (['1.9', '2'] as const).flatMap((version) =>
      messagesIn(motherForm({ version }).mother.fields).map(({ id }) => id)
    )
  )
  expect(rows.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([])
})

test('a status has a text for each of its words, and for anything else', () => {
  for (const key of ['status.text', 'status.description'] as const) {
    const row = rows.find(({ id }) => id === `nationalId.form.${key}`)
    for (const text of [row?.en, row?.fr]) {
      expect(choices(String(text)).sort()).toEqual(
        [...IDENTITY_STATUSES, 'other'].sort()
      )
    }
    expect(identityMessages[key].defaultMessage).toBe(row?.en)
  }
})

test('every problem has a sentence', () => {
  const notices = rows
    .map(({ id }) => id.split('notice.')[1])
    .filter((word) => word !== undefined)
  expect(notices.sort()).toEqual([...IDENTITY_PROBLEMS].sort())
})

test('a straight apostrophe would be a sign of ICU, and a tag would be drawn', () => {
  for (const { en, fr } of rows) {
    expect(en + fr).not.toMatch(/['<>]/)
  }
})

test('braces are balanced, and stand in a select alone', () => {
  for (const { en, fr } of rows) {
    for (const text of [en, fr]) {
      const isSelect = text.startsWith('{value, select, ')
      const opening = [...text.matchAll(/\{/g)].length
      expect([...text.matchAll(/\}/g)]).toHaveLength(opening)
      if (!isSelect) expect(opening).toBe(0)
    }
  }
})
