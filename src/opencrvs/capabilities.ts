/** A line of OpenCRVS releases. */
export type OpenCrvsVersion = '1.9' | '2'

/** A field that the accept procedure of some action type needs (FACTS C8). */
export type AcceptField =
  | 'registrationNumber'
  /** `content`, which may be empty. */
  | 'content'
  /** `content.reason`. */
  | 'contentReason'
  | 'customActionType'
  | 'requestId'

/** How an action type is confirmed. */
export type ConfirmableAction = {
  /** Stands between `event.actions.` and `.accept` or `.reject` in the procedure's name (FACTS C8). */
  procedure: string
  acceptFields: readonly AcceptField[]
  /** Values sent with the acceptance reach the record (FACTS B3, C11). */
  takesValues: boolean
  /** A 202 may be followed by a rejection (FACTS C9). */
  canRejectLater: boolean
}

/** What differs between OpenCRVS releases (FACTS E). Code asks these, never the version. */
export type OpenCrvsCapabilities = {
  /** Values given with an approved correction are laid over it (FACTS C11). */
  approveCorrectionTakesValues: boolean
  /** Where the token endpoint reads its parameters (FACTS D2, E). */
  tokenParametersIn: 'query' | 'form'
  /** By action type. Other types cannot be answered 202. */
  confirmable: ReadonlyMap<string, ConfirmableAction>
}

/** The capabilities of a line of OpenCRVS. */
export function capabilitiesOf(version: OpenCrvsVersion): OpenCrvsCapabilities {
  return CAPABILITIES[version]
}

const ORDINARY = {
  acceptFields: [],
  takesValues: true,
  canRejectLater: true
} as const satisfies Omit<ConfirmableAction, 'procedure'>

const DECLARE: ConfirmableAction = { ...ORDINARY, procedure: 'declare' }
const NOTIFY: ConfirmableAction = { ...ORDINARY, procedure: 'notify' }
const VALIDATE: ConfirmableAction = { ...ORDINARY, procedure: 'validate' }
const EDIT: ConfirmableAction = {
  ...ORDINARY,
  procedure: 'edit',
  acceptFields: ['content']
}
const REGISTER: ConfirmableAction = {
  ...ORDINARY,
  procedure: 'register',
  acceptFields: ['registrationNumber']
}
const CUSTOM: ConfirmableAction = {
  ...ORDINARY,
  procedure: 'custom',
  acceptFields: ['customActionType']
}
// FACTS C9: the rejected row of this and of both correction answers would lack
// what core's own table requires, so core answers 500 and the record waits on.
const REJECT: ConfirmableAction = {
  procedure: 'reject',
  acceptFields: ['contentReason'],
  takesValues: false,
  canRejectLater: false
}
const ARCHIVE: ConfirmableAction = {
  procedure: 'archive',
  acceptFields: ['contentReason'],
  takesValues: false,
  canRejectLater: true
}
const PRINT_CERTIFICATE: ConfirmableAction = {
  ...ORDINARY,
  procedure: 'printCertificate',
  takesValues: false
}
const REQUEST_CORRECTION: ConfirmableAction = {
  ...ORDINARY,
  procedure: 'correction.request',
  // They would wait until somebody approves the correction (FACTS B3).
  takesValues: false
}
const REJECT_CORRECTION: ConfirmableAction = {
  procedure: 'correction.reject',
  acceptFields: ['requestId', 'contentReason'],
  takesValues: false,
  canRejectLater: false
}

function approveCorrection(takesValues: boolean): ConfirmableAction {
  return {
    procedure: 'correction.approve',
    acceptFields: ['requestId'],
    takesValues,
    canRejectLater: false
  }
}

const SINCE_1_9 = {
  DECLARE,
  NOTIFY,
  REGISTER,
  REJECT,
  ARCHIVE,
  PRINT_CERTIFICATE,
  REQUEST_CORRECTION,
  REJECT_CORRECTION
}

const CAPABILITIES: Readonly<Record<OpenCrvsVersion, OpenCrvsCapabilities>> = {
  '1.9': {
    approveCorrectionTakesValues: false,
    tokenParametersIn: 'query',
    confirmable: new Map(
      Object.entries({
        ...SINCE_1_9,
        VALIDATE,
        APPROVE_CORRECTION: approveCorrection(false)
      })
    )
  },
  '2': {
    approveCorrectionTakesValues: true,
    tokenParametersIn: 'form',
    confirmable: new Map(
      Object.entries({
        ...SINCE_1_9,
        EDIT,
        CUSTOM,
        APPROVE_CORRECTION: approveCorrection(true)
      })
    )
  }
}
