import type { InputRule } from './input-check'

/** One of core's accept or reject procedures. */
export type ConfirmationProcedure = {
  /** `event.actions.register.accept` */
  name: string
  actionType: string
  answer: 'Accepted' | 'Rejected'
  input: readonly InputRule[]
}

const BASE: readonly InputRule[] = [
  { path: ['eventId'], type: 'uuid' },
  { path: ['actionId'], type: 'uuid' },
  { path: ['transactionId'], type: 'string' },
  { path: ['declaration'], type: 'record', optional: true },
  { path: ['annotation'], type: 'record', optional: true },
  { path: ['keepAssignment'], type: 'boolean', optional: true }
]

const CONTENT: InputRule = { path: ['content'], type: 'object' }
const REASON: InputRule = { path: ['content', 'reason'], type: 'string' }
const REQUEST_ID: InputRule = { path: ['requestId'], type: 'uuid' }

/** Action type, its name in the procedures' paths, and what accept needs besides (FACTS C8). */
const CONFIRMABLE: ReadonlyArray<
  readonly [type: string, path: string, extra?: readonly InputRule[]]
> = [
  ['DECLARE', 'declare'],
  ['NOTIFY', 'notify'],
  ['EDIT', 'edit', [CONTENT]],
  ['REGISTER', 'register', [{ path: ['registrationNumber'], type: 'string' }]],
  ['REJECT', 'reject', [CONTENT, REASON]],
  ['ARCHIVE', 'archive', [CONTENT, REASON]],
  ['PRINT_CERTIFICATE', 'printCertificate'],
  ['CUSTOM', 'custom', [{ path: ['customActionType'], type: 'string' }]],
  ['REQUEST_CORRECTION', 'correction.request'],
  ['APPROVE_CORRECTION', 'correction.approve', [REQUEST_ID]],
  ['REJECT_CORRECTION', 'correction.reject', [REQUEST_ID, CONTENT, REASON]]
]

const PROCEDURES = new Map(
  CONFIRMABLE.flatMap(([actionType, path, extra = []]) =>
    [
      procedure(`event.actions.${path}.accept`, actionType, 'Accepted', extra),
      procedure(`event.actions.${path}.reject`, actionType, 'Rejected', [])
    ].map((made): [string, ConfirmationProcedure] => [made.name, made])
  )
)

/** The procedure of that name, or undefined. */
export function confirmationProcedure(
  name: string
): ConfirmationProcedure | undefined {
  return PROCEDURES.get(name)
}

/** Action types that core triggers and that can be confirmed (FACTS A1, C8). */
export function isConfirmable(actionType: string): boolean {
  return CONFIRMABLE.some(([type]) => type === actionType)
}

function procedure(
  name: string,
  actionType: string,
  answer: ConfirmationProcedure['answer'],
  extra: readonly InputRule[]
): ConfirmationProcedure {
  return { name, actionType, answer, input: [...BASE, ...extra] }
}
