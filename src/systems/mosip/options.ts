import type { SystemOperation } from '../../domain/decision'
import type { SystemRequest } from '../../domain/delivery'
import type { JsonObject, JsonValue } from '../../domain/json'
import type { Secret } from '../../internal/secret'

/** How a country's MOSIP is reached and what it is told. */
export type MosipOptions = {
  /** Shown in logs, metrics and the audit trail. Default `mosip`. */
  name?: string
  /** Where MOSIP's internal services are: `https://api-internal.mosip.example.org`. */
  baseUrl: string
  /** The Keycloak client for packets; its role is `ONLINE_REGISTRATION_CLIENT`. */
  client: MosipClient
  /** The registration centre, machine and officer that MOSIP has for civil registration. */
  office: MosipOffice
  /** The country's own id schema. */
  idSchema: MosipIdSchema
  /** Source of the packets, as MOSIP's packet providers have it. Default `OPENCRVS`. */
  source?: string
  /** Language of the record's texts, as MOSIP writes it. Default `eng`. */
  language?: string
  /** What MOSIP calls a sex, by what the form calls it. Default `{ male: 'Male', female: 'Female' }`. */
  sexValues?: Record<string, string>
  /** The packet's field that carries a known person's number: `UIN`, `VID`, ... Needed by all but createIdentity. */
  identifierField?: string
  /** Form of the application id: the delivery's UUID, or the same number in 39 digits. Default `uuid`. */
  applicationId?: 'uuid' | 'decimal'
  /** Whom MOSIP tells about the registration. Default: nobody. */
  notification?: MosipNotification
  /** Asks for a new identity. */
  createIdentity?: MosipOperation
  /** Sends changed attributes of an infant's identity. */
  updateIdentity?: MosipOperation
  /** Flags a person as deceased. */
  notifyDeath?: MosipOperation
  /** Undoes: a registration that was revoked, a death that was reversed. Both go to MOSIP's manual review. */
  withdraw?: { revocation?: MosipOperation; reversal?: MosipOperation }
  /** Asks to deactivate an identity; only by the policy of that name. */
  deactivateIdentity?: MosipOperation
  /** The answers that MOSIP sends through its WebSub hub. Needed by createIdentity. */
  websub?: MosipWebSub
  /** Yes/no verification by ID Authentication. */
  ida?: MosipIda
  /** Asks what became of a packet. Default false. */
  status?: boolean
  /** Statuses of a packet, by what they mean. Others mean that MOSIP is still working. */
  packetStatuses?: MosipPacketStatuses
  /** Paths under `baseUrl`, where MOSIP's own are changed. */
  paths?: MosipPaths
  /** What the workflow instance API is called on that server. */
  workflow?: { id?: string; version?: string }
  /** Codes of createPacket and workflowinstance that say no to this person, and not to the packet. Default none. */
  refusalCodes?: readonly string[]
  /** Further codes that pass by themselves. */
  retryableCodes?: readonly string[]
  /** Client certificate and trusted authorities, in PEM. */
  tls?: MosipTls
  /** Longest time for one call, in milliseconds. Default 15 000. */
  timeoutMs?: number
  /** Allow `http:` to another machine. Weakens a safeguard: personal data and credentials can be read on the way. */
  allowInsecureHttp?: boolean
}

/** What the packet status topic and the status query say, in upper case. */
export type MosipPacketStatuses = {
  /** Default `PROCESSED`. A birth still waits for its credential. */
  accepted?: readonly string[]
  /** Default `REJECTED`. */
  refused?: readonly string[]
}

/** A client of MOSIP's auth manager. */
export type MosipClient = {
  clientId: string
  secretKey: Secret
  /** Default `admin`. */
  appId?: string
}

/** PEM texts, or functions that read them; read once, at the first call. */
export type MosipTls = {
  cert?: Secret
  key?: Secret
  /** Authorities to trust instead of Node's own. */
  ca?: Secret
  passphrase?: Secret
}

/** Who makes the packets, as MOSIP's master data have it. */
export type MosipOffice = {
  centreId: string
  machineId: string
  officerId: string
  supervisorId?: string
  /** Shown in MOSIP's packet audit. Default: this machine's name and first address. */
  host?: { name?: string; ip?: string }
}

/** The id schema that MOSIP holds the packet's fields to. */
export type MosipIdSchema = {
  /** As MOSIP numbers it: `0.500`. */
  version: string
  /** The JSON Schema, as MOSIP gives it (`GET /v1/masterdata/idschema/latest`): text or parsed. */
  schema: string | JsonObject
}

/** Where a value comes from. */
export type MosipValue =
  /** Part of the request. `name` is the whole name. */
  | 'name'
  | 'firstName'
  | 'middleName'
  | 'lastName'
  | 'dateOfBirth'
  | 'sex'
  | 'registrationNumber'
  | 'trackingId'
  | 'identifier'
  /** One of the attributes that the event's options send; `date` writes it as `yyyy/MM/dd`. */
  | { attribute: string; date?: boolean }
  /** The same for all. */
  | { value: JsonValue }
  /** Whatever else; undefined leaves the field out. */
  | ((request: SystemRequest) => JsonValue | undefined)

/** One flow of MOSIP's. */
export type MosipOperation = {
  /** MOSIP's name of the process. Default `CRVS_NEW`, `CRVS_UPDATE`, ... */
  process?: string
  /** `registrationType` in the packet's meta data. Default `NEW`. */
  registrationType?: string
  /** The packet's fields, by their name in the id schema, besides the default ones; false leaves a default one out. */
  fields?: Record<string, MosipValue | false>
  /** Fields that must not be missing. Default: those that the id schema requires, for createIdentity. */
  mandatory?: readonly string[]
  /**
   * Wait for MOSIP's result (by the packet status topic or the status query). Default false: the work is done once
   * MOSIP has started it. createIdentity always waits, for its credential.
   */
  waitForResult?: boolean
}

/** Whom MOSIP tells. */
export type MosipNotification = {
  name?: MosipValue
  phone?: MosipValue
  email?: MosipValue
}

/** Answers through the WebSub hub. */
export type MosipWebSub = {
  /** The hub's whole address. */
  hubUrl: string
  /** The client for WebSub: not the one for packets. */
  client: MosipClient
  /** Our partner id; topics begin with it. */
  partnerId: string
  /** Shared with the hub; the first is sent, all are taken. At least 16 characters. */
  secrets: Secret | readonly Secret[]
  /** Which member of the credential's subject is the person's number: `VID`, `UIN`, `PSUT`. */
  identifier: string
  /** Our keys, for which credentials are encrypted; several while one replaces another. */
  keys: MosipKey | readonly MosipKey[]
  /** Default `<partnerId>/CREDENTIAL_ISSUED`; none for the packet status. */
  topics?: { credentials?: string; packetStatus?: string }
  /** Where the hub reaches our confirmation route. Default: from `publicUrl`. */
  callbackUrl?: string
  /** Default `vercred` and `euin`. */
  credentialTypes?: readonly string[]
  /** Member of the credential's subject with the registration number. Default `birthCertificateNumber`. */
  registrationNumberKey?: string
  /** Checks the issuer's signature on credentials, besides the hub's on deliveries. */
  proof?: MosipProof
  /** How often to subscribe again, in milliseconds: a hub forgets a subscriber that failed. Default 900 000. */
  renewEveryMs?: number
  /** How long a delivery that cannot be used is refused before it is dropped, in milliseconds. Default 3 600 000. */
  refuseUnusableForMs?: number
  /** Take credentials that name no certificate (32 zero bytes). Weakens a safeguard; for MOSIP's mock. */
  acceptZeroThumbprint?: boolean
  /** Confirm a subscription whose check names neither mode nor topic. Weakens a safeguard; for MOSIP's mock. */
  acceptBareChallenge?: boolean
}

/** How credentials are signed. */
export type MosipProof = {
  /** The issuer's public keys or certificates, in PEM. No key is ever fetched. */
  keys: readonly Secret[]
  /** `URDNA2015` is MOSIP's; `JCS` that of its mock. */
  canonicalization: 'URDNA2015' | 'JCS'
  /** The one issuer, as credentials name it. */
  issuer?: string
  /** JSON-LD contexts by address, for URDNA2015. None is ever fetched. */
  contexts?: Record<string, JsonObject>
}

/** A private key with its certificate. */
export type MosipKey =
  | { certificate: Secret; privateKey: Secret; passphrase?: Secret }
  | { pkcs12: MosipBinary; passphrase: Secret }

/** Bytes: base64, or a function that reads them. */
export type MosipBinary =
  string | (() => Uint8Array | string | Promise<Uint8Array | string>)

/** ID Authentication. */
export type MosipIda = {
  /** Up to the licence key: `https://ida.example.org/idauthentication/v1/auth`. */
  url: string
  mispLicenceKey: Secret
  partnerId: string
  partnerApiKey: Secret
  /** IDA's certificate, in PEM: requests are encrypted for it. */
  certificate: Secret
  /** Our key: requests are signed with it. */
  signingKey: MosipKey
  /** `domainUri` of the requests, as IDA has it configured. */
  domainUri: string
  /** `env` of the requests. Default `Production`. */
  environment?: 'Staging' | 'Developer' | 'Pre-Production' | 'Production'
  /** What a person's identifier is. Default `UIN`. */
  identifierType?: 'UIN' | 'VID'
  /** What IDA calls a sex. Default: as the form has it. */
  sexValues?: Record<string, string>
  /** What is compared. Default all three. */
  compare?: ReadonlyArray<'name' | 'dateOfBirth' | 'sex'>
}

/** Where each call goes, under `baseUrl`. */
export type MosipPaths = {
  token?: string
  createPacket?: string
  workflowInstance?: string
  status?: string
}

/** The flows: the operations, with the two of `withdraw` apart. */
export type FlowName =
  Exclude<SystemOperation, 'withdraw'> | 'revocation' | 'reversal'

type Defaulted = Required<
  Pick<
    MosipOptions,
    | 'name'
    | 'source'
    | 'language'
    | 'sexValues'
    | 'applicationId'
    | 'notification'
    | 'status'
    | 'refusalCodes'
    | 'retryableCodes'
    | 'timeoutMs'
    | 'allowInsecureHttp'
  >
>

/** The options with their defaults. */
export type CheckedMosipOptions = Omit<
  MosipOptions,
  | keyof Defaulted
  | 'client'
  | 'packetStatuses'
  | 'paths'
  | 'workflow'
  | 'websub'
  | 'ida'
> &
  Defaulted & {
    client: Required<MosipClient>
    packetStatuses: Required<MosipPacketStatuses>
    paths: Required<MosipPaths>
    workflow: { id: string; version: string }
    websub?: CheckedWebSub
    ida?: CheckedIda
  }

/** `websub`, with the defaults. */
export type CheckedWebSub = Omit<
  MosipWebSub,
  | 'client'
  | 'topics'
  | 'credentialTypes'
  | 'registrationNumberKey'
  | 'renewEveryMs'
  | 'refuseUnusableForMs'
  | 'acceptZeroThumbprint'
  | 'acceptBareChallenge'
> & {
  client: Required<MosipClient>
  topics: { credentials?: string; packetStatus?: string }
  credentialTypes: readonly string[]
  registrationNumberKey: string
  renewEveryMs: number
  refuseUnusableForMs: number
  acceptZeroThumbprint: boolean
  acceptBareChallenge: boolean
}

/** `ida`, with the defaults. */
export type CheckedIda = Omit<
  MosipIda,
  'environment' | 'identifierType' | 'compare'
> &
  Required<Pick<MosipIda, 'environment' | 'identifierType' | 'compare'>>
