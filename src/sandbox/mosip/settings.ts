import type { JsonObject } from '../../domain/json'
import { systemClock, type Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { MosipSimulatorClient } from './auth-manager'
import {
  changeBehaviour,
  defaultMosipBehaviour,
  type MosipBehaviour,
  type MosipBehaviourChanges
} from './behaviour'
import type { SharedNumber } from './credential'
import type { CredentialProof } from './credential-proof'
import { PROCESSES } from './decisions'
import { keyMaterial, type KeyMaterial } from './key-material'
import type { Topics } from './messages'
import type { ServiceName } from './mosip-answer'
import type { MosipPersonOptions } from './people'

export type MosipSimulatorOptions = {
  /** Default 0: any free port of 127.0.0.1. */
  port?: number
  clock?: Clock
  behaviour?: MosipBehaviourChanges
  /** The client for packets and workflows. Default: one of its own. */
  client?: MosipSimulatorClient
  /** The client for the hub. Default: one of its own. */
  websubClient?: MosipSimulatorClient
  /** The partner's id at the hub and at ID Authentication. Default `opencrvs-partner`. */
  partnerId?: string
  /** What the simulator gives out as the secret to subscribe with. Default: one of its own. */
  hubSecret?: string
  /** Secrets in the address of ID Authentication. Default: ones of its own. */
  ida?: { mispLicenceKey: string; partnerApiKey: string }
  /** Keys that there are already. Default: new ones. */
  keys?: Partial<KeyMaterial>
  /** Default `<partnerId>/CREDENTIAL_ISSUED` and `REGISTRATION_PROCESSOR_WORKFLOW_COMPLETED_EVENT`. */
  topics?: Partial<Topics>
  /** Sources with a packet provider. Default `OPENCRVS`. */
  sources?: readonly string[]
  /** What the workflow instance API is called. Default as in MOSIP's own settings. */
  workflow?: Partial<ServiceName>
  /** The country's id schema. Default: each packet is held to the one that it carries. */
  idSchema?: { version?: string; schema: string | JsonObject }
  /** Who is known at the start. */
  people?: readonly MosipPersonOptions[]
  /** Which of a person's numbers credentials hold. Default `VID`. */
  share?: readonly SharedNumber[]
  /** How credentials are signed. Default `JCS`. */
  proof?: CredentialProof
  /** The field of a packet with the registration number. Default `birthCertificateNumber`. */
  registrationNumberField?: string
  /** Fields of a packet that name a known person by a number. Default `UIN` and `VID`. */
  identifierFields?: readonly string[]
}

/** The options with everything made that was not given. */
export type MosipSettings = Required<
  Omit<MosipSimulatorOptions, 'behaviour' | 'idSchema' | 'keys' | 'topics'>
> & {
  behaviour: MosipBehaviour
  idSchema: MosipSimulatorOptions['idSchema'] | undefined
  keys: KeyMaterial
  topics: Topics
  workflow: ServiceName
  processes: typeof PROCESSES
}

/** Fills in what was not given. */
export function mosipSettings(options: MosipSimulatorOptions): MosipSettings {
  const clock = options.clock ?? systemClock
  const partnerId = options.partnerId ?? 'opencrvs-partner'
  const behaviour = defaultMosipBehaviour()
  changeBehaviour(behaviour, options.behaviour ?? {})
  const defaults = {
    port: 0,
    client: newClient('mosip-crvs1-client'),
    websubClient: newClient('mosip-crvs1-websub-client'),
    hubSecret: newId(),
    ida: { mispLicenceKey: newId(), partnerApiKey: newId() },
    sources: ['OPENCRVS'],
    people: [],
    share: ['VID'] as const,
    proof: 'JCS' as const,
    registrationNumberField: 'birthCertificateNumber',
    identifierFields: ['UIN', 'VID']
  }
  return {
    ...defaults,
    ...options,
    clock,
    partnerId,
    behaviour,
    idSchema: options.idSchema,
    keys: keyMaterial(options.keys ?? {}, clock),
    topics: {
      credentials: `${partnerId}/CREDENTIAL_ISSUED`,
      packetStatus: 'REGISTRATION_PROCESSOR_WORKFLOW_COMPLETED_EVENT',
      ...options.topics
    },
    workflow: {
      id: 'mosip.registration.processor.workflow.instance',
      version: 'v1',
      ...options.workflow
    },
    processes: PROCESSES
  }
}

function newClient(clientId: string): MosipSimulatorClient {
  return { clientId, secretKey: newId(), appId: 'admin' }
}
