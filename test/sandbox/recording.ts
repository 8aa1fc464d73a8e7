import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRecord, EventState } from '../../src/sandbox'

const FOLDER = join(__dirname, '../fixtures/opencrvs')

/** What a file or an answer holds: its shape is that of the JSON. */
export type Recorded = ReturnType<typeof JSON.parse>

/** A recorded exchange or document. */
export function recording(name: string): Recorded {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
}

/** Names of the recordings that begin so. */
export function recordings(prefix: string): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.replace(/\.json$/, ''))
}

/** Rows in the short form of the recordings. */
export function shortRows(event: EventRecord | undefined): string[] {
  return (event?.actions ?? []).map((row) =>
    [
      `${row.type}/${row.status}${row.originalActionId ? '(orig)' : ''}`,
      row.registrationNumber ? `rn=${row.registrationNumber}` : '',
      Object.keys(row.declaration).length > 0
        ? `decl=${Object.keys(row.declaration).length}k`
        : '',
      row.annotation === undefined ? '' : 'ann',
      row.content === undefined || row.type === 'CREATE'
        ? ''
        : `content=${JSON.stringify(row.content)}`
    ]
      .filter((part) => part !== '')
      .join(' ')
  )
}

/** Recorded rows; CREATE and ASSIGN have the same time and came in either order. */
export function recordedRows(rows: string[]): string[] {
  return rows[0] === 'ASSIGN/Accepted' && rows[1] === 'CREATE/Accepted'
    ? [rows[1], rows[0], ...rows.slice(2)]
    : rows
}

/** The parts of the index that were recorded, in the same short form. */
export function shortIndex(
  state: EventState | undefined,
  recorded: Record<string, unknown>
): Record<string, unknown> {
  const short: Record<string, unknown> = {
    status: state?.status,
    flags: state?.flags,
    rn: state?.registrationNumber,
    childNid: state?.declaration['child.nid'],
    childName: (state?.declaration['child.name'] as Recorded)?.firstname,
    mv: state?.declaration['mother.verified'],
    assignedTo: state?.assignedTo !== undefined
  }
  return Object.fromEntries(
    Object.keys(recorded).map((key) => [key, short[key]])
  )
}

/** The declaration and annotation of the recorded first DECLARE. */
export function recordedDeclaration(
  type: 'birth' | 'death' = 'birth'
): Recorded {
  const event = recording(
    type === 'birth' ? 'trigger-birth-DECLARE' : 'trigger-death-REGISTER'
  )
  return event.actions.find((row: Recorded) => row.type === 'DECLARE')
    .declaration
}
