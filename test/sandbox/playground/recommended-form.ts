import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject, JsonValue } from '../../../src/domain/json'
import {
  createFormEngine,
  type FormEngine
} from '../../../src/sandbox/playground/form-engine'
import type { FormSessionOptions } from '../../../src/sandbox/playground/form-session'
import type { RequestOutcome } from '../../../src/sandbox/playground/http-answer'

/** A field configuration, as plain JSON. */
export type Field = JsonObject & { id: string; type: string }

export const RECORD = '6f1c2c1e-7a77-4c2b-9a55-1d7f6f0a1b2c'
export const ORIGIN = 'http://127.0.0.1:4100'
export const HREF = `${ORIGIN}/events/declare/${RECORD}/pages/mother`

/** The scanned card of a fictitious mother, and of another. */
export const CARD_A = {
  sig: 'card-a',
  name: { firstname: 'Amina', surname: 'Odhiambo' },
  birthDate: '1990-04-01'
}
export const CARD_B = {
  sig: 'card-b',
  name: { firstname: 'Beatrice', surname: 'Wanjiru' },
  birthDate: '1985-12-24'
}

/** What the endpoints answer when all is well. */
export const AUTHENTICATED = {
  verificationStatus: 'authenticated',
  name: { firstname: 'Amina', surname: 'Otieno' },
  birthDate: '1990-04-02',
  job: 'Teacher'
}

/** The recommended fields of one person (forms CLIENT 10), fresh at each call. */
export function recommendedFields(): Field[] {
  const path = join(__dirname, '../../fixtures/forms/recommended-fields.json')
  const recorded: { fields: Field[] } = JSON.parse(readFileSync(path, 'utf8'))
  return recorded.fields
}

/** The same with one field replaced. */
export function withField(
  fields: Field[],
  id: string,
  change: (field: Field) => JsonObject
): Field[] {
  return fields.map((field) =>
    field.id === id ? { ...field, ...change(field) } : field
  )
}

export function load(
  fields: Field[],
  options: Partial<FormSessionOptions> = {}
): FormEngine {
  return createFormEngine({
    pages: [
      { id: 'mother', title: 'Mother', fields },
      {
        id: 'child',
        title: 'Child',
        fields: [textField('child.note')]
      }
    ],
    href: HREF,
    clock: { now: () => Date.UTC(2026, 10, 2, 12) },
    ...options
  })
}

export function textField(id: string, more: JsonObject = {}): Field {
  return {
    id,
    type: 'TEXT',
    label: { id, defaultMessage: id, description: '' },
    ...more
  }
}

export function answered(
  body: JsonValue,
  more: Partial<Extract<RequestOutcome, { kind: 'answered' }>> = {}
): RequestOutcome {
  return {
    kind: 'answered',
    status: 200,
    statusText: '',
    contentType: 'application/json; charset=utf-8',
    text: JSON.stringify(body),
    ...more
  }
}

export const CUT: RequestOutcome = {
  kind: 'failed',
  message: 'Failed to fetch'
}

/** Gives every waiting call the same outcome, and lists the calls as they went out. */
export function answerAll(engine: FormEngine, outcome: RequestOutcome): URL[] {
  const calls: URL[] = []
  for (;;) {
    const [next] = engine.pending()
    if (next === undefined) return calls
    calls.push(new URL(next.url))
    engine.finish(next.id, next.attempt, outcome)
  }
}

export function value(engine: FormEngine, id: string): unknown {
  return engine.view().values[id]
}

/** A reference in its JSON form. */
export function reference(id: string, ...path: string[]): JsonObject {
  return { $$field: id, $$subfield: path }
}
