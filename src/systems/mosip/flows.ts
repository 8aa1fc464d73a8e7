import type { SystemOperation } from '../../domain/decision'
import type { SystemRequest } from '../../domain/delivery'
import type {
  CheckedMosipOptions,
  FlowName,
  MosipOperation,
  MosipOptions,
  MosipValue
} from './options'

/** One of MOSIP's flows as this country has it. */
export type Flow = {
  name: FlowName
  process: string
  registrationType: string
  fields: Readonly<Record<string, MosipValue>>
  mandatory: readonly string[]
  waitsForResult: boolean
}

/** The names of the processes in MOSIP's guide (FACTS 2, 2.1). */
const PROCESSES: Readonly<Record<FlowName, string>> = {
  createIdentity: 'CRVS_NEW',
  updateIdentity: 'CRVS_UPDATE',
  notifyDeath: 'CRVS_DEATH',
  revocation: 'CRVS_DEACTIVATE_ID',
  reversal: 'CRVS_DECEASED_STATUS_REVERSAL',
  deactivateIdentity: 'CRVS_DEACTIVATE_ID'
}

/**
 * The fewest fields that MOSIP can work with, by its guide's names (FACTS
 * 2.1). All but createIdentity name the person by `identifierField` as well.
 */
const FIELDS: Readonly<Record<FlowName, Readonly<Record<string, MosipValue>>>> =
  {
    createIdentity: {
      fullName: 'name',
      dateOfBirth: 'dateOfBirth',
      gender: 'sex',
      birthCertificateNumber: 'registrationNumber'
    },
    updateIdentity: {
      fullName: 'name',
      dateOfBirth: 'dateOfBirth',
      gender: 'sex'
    },
    notifyDeath: { declaredAsDeceased: { value: 'Y' } },
    revocation: { deactivateId: { value: 'Y' } },
    reversal: { declaredAsDeceased: { value: 'N' } },
    deactivateIdentity: { deactivateId: { value: 'Y' } }
  }

/** What MOSIP refuses a packet of this flow without (FACTS 2.1). */
const MANDATORY: Readonly<Record<FlowName, readonly string[]>> = {
  createIdentity: [],
  updateIdentity: [],
  notifyDeath: ['declaredAsDeceased'],
  revocation: ['deactivateId'],
  reversal: ['declaredAsDeceased', 'deceasedDeclarationDate'],
  deactivateIdentity: ['deactivateId']
}

const FLOWS = [
  'createIdentity',
  'updateIdentity',
  'notifyDeath',
  'revocation',
  'reversal',
  'deactivateIdentity'
] as const satisfies readonly FlowName[]

type FlowOptions = Pick<
  MosipOptions,
  | 'createIdentity'
  | 'updateIdentity'
  | 'notifyDeath'
  | 'withdraw'
  | 'deactivateIdentity'
  | 'identifierField'
>

/**
 * The flows that a country has configured.
 * @param required what the id schema requires
 */
export function flowsOf(
  options: FlowOptions,
  required: readonly string[]
): Flow[] {
  return FLOWS.flatMap((name) => {
    const operation = operationOf(options, name)
    return operation === undefined
      ? []
      : [toFlow(name, operation, options.identifierField, required)]
  })
}

function operationOf(
  options: FlowOptions,
  name: FlowName
): MosipOperation | undefined {
  return name === 'revocation' || name === 'reversal'
    ? options.withdraw?.[name]
    : options[name]
}

function toFlow(
  name: FlowName,
  operation: MosipOperation,
  identifierField: string | undefined,
  required: readonly string[]
): Flow {
  const isNew = name === 'createIdentity'
  const known: Record<string, MosipValue> =
    isNew || identifierField === undefined
      ? {}
      : { [identifierField]: 'identifier' }
  const mandatory = isNew
    ? required
    : [...MANDATORY[name], ...Object.keys(known)]
  return {
    name,
    process: operation.process ?? PROCESSES[name],
    registrationType: operation.registrationType ?? 'NEW',
    fields: withoutFalse({ ...known, ...FIELDS[name], ...operation.fields }),
    mandatory: operation.mandatory ?? mandatory,
    waitsForResult: isNew || operation.waitForResult === true
  }
}

function withoutFalse(
  fields: Readonly<Record<string, MosipValue | false>>
): Record<string, MosipValue> {
  const kept: Record<string, MosipValue> = {}
  for (const [field, source] of Object.entries(fields)) {
    if (source !== false) kept[field] = source
  }
  return kept
}

/** The flow that a request takes; undefined where the country has none for it. */
export function flowFor(
  flows: readonly Flow[],
  { cause, operation }: Pick<SystemRequest, 'cause' | 'operation'>
): Flow | undefined {
  const name = operation === 'withdraw' ? (cause ?? 'revocation') : operation
  return flows.find((flow) => flow.name === name)
}

/** The operation that a flow is part of. */
export function operationName(flow: FlowName): SystemOperation {
  return flow === 'revocation' || flow === 'reversal' ? 'withdraw' : flow
}

/** The operations that wait for MOSIP's result, besides createIdentity, which waits for its credential. */
export function waitingOperations(flows: readonly Flow[]): SystemOperation[] {
  return flows
    .filter((flow) => flow.waitsForResult && flow.name !== 'createIdentity')
    .map((flow) => operationName(flow.name))
}

/** Whether the number must be there before MOSIP is asked: a packet carries it. */
export function needsRegistrationNumber(flows: readonly Flow[]): boolean {
  return flows
    .filter(({ name }) => name === 'createIdentity')
    .some(({ fields }) =>
      Object.values(fields).some(
        (source) =>
          source === 'registrationNumber' || typeof source === 'function'
      )
    )
}

/** What no record can mend: fields that the schema does not have, and mandatory ones that nothing is mapped to. */
export function mappingProblems(
  { fields, mandatory }: Flow,
  schema: { fields: readonly string[] }
): string[] {
  const sent = Object.keys(fields)
  return [
    ...sent
      .filter((field) => !schema.fields.includes(field))
      .map((field) => `${field} is no field of the id schema`),
    ...mandatory
      .filter((field) => !sent.includes(field))
      .map((field) => `nothing is mapped to the mandatory field ${field}`)
  ]
}

/** The settings that a packet is made with. */
export type PacketSettings = Pick<
  CheckedMosipOptions,
  'language' | 'office' | 'sexValues' | 'source'
>
