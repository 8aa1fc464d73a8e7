/**
 * Simulators that speak the real protocols, for trying and testing a country's
 * rules without OpenCRVS and without a national ID system. Nothing here is
 * loaded in production.
 */
export { REGISTRAR, type Actor } from './core/actor'
export type {
  ActionOptions,
  ClientActions,
  ClientAnswer
} from './core/client-actions'
export {
  createCoreSimulator,
  type CoreSimulator,
  type CoreSimulatorOptions
} from './core/create-core-simulator'
export { defaultEventConfigurations } from './core/default-event-configurations'
export type { EventConfiguration, FlagChange } from './core/event-configuration'
export type { ActionRow, ActionStatus, EventRecord } from './core/event-record'
export type { EventState } from './core/event-state'
export type { SigningKey, TokenChanges } from './core/tokens'
export { withFormFields } from './core/with-form-fields'
export type { Exchange, ExchangeLog } from './exchange-log'
export type { Fault, Faults } from './faults'
export type {
  AnswerMode,
  CallbackBehaviour,
  IdSystemBehaviour
} from './id-system/behaviour'
export type { Forgery } from './id-system/callback-sender'
export {
  createIdSystemSimulator,
  type BehaviourChanges,
  type IdSystemSimulator,
  type IdSystemSimulatorOptions
} from './id-system/create-id-system-simulator'
export type {
  IdSystemOutcome,
  IdSystemRequest
} from './id-system/id-system-wire'
export type { Ledger, LedgerEntry } from './id-system/ledger'
export type { RequestRecord } from './id-system/work-desk'
export type { MosipSimulatorClient } from './mosip/auth-manager'
export type {
  MosipBehaviour,
  MosipBehaviourChanges,
  MosipCallbacks,
  PacketStatus,
  Rejection
} from './mosip/behaviour'
export type { MosipConnectionDetails } from './mosip/connection-details'
export {
  createMosipSimulator,
  type MosipSimulator
} from './mosip/create-mosip-simulator'
export type {
  CredentialFlaw as MosipCredentialFlaw,
  SharedNumber
} from './mosip/credential'
export type { CredentialProof } from './mosip/credential-proof'
export type { ErrorAnswer, ErrorAnswers } from './mosip/error-answers'
export type { SubscriptionView } from './mosip/hub'
export type { DeliveryForgery, SubscriberAnswer } from './mosip/hub-caller'
export type { CertifiedKey, KeyMaterial } from './mosip/key-material'
export type { MosipLedger, MosipLedgerEntry } from './mosip/ledger'
export type { CredentialChanges } from './mosip/messages'
export type { MosipPacket } from './mosip/packet'
export type { MosipPerson, MosipPersonOptions } from './mosip/people'
export type { MosipRegistration } from './mosip/registration-processor'
export type { MosipSimulatorOptions } from './mosip/settings'
export {
  createOpenIdProviderSimulator,
  type OpenIdProviderSimulator
} from './openid-provider/create-open-id-provider-simulator'
export type {
  OpenIdClientRegistration,
  OpenIdFault,
  OpenIdForgery,
  OpenIdProviderOptions,
  OpenIdSigningAlgorithm,
  RegisteredOpenIdClient
} from './openid-provider/options'
export {
  startOpenIdProviderProcess,
  type OpenIdProviderProcess
} from './openid-provider/start-open-id-provider-process'
export type {
  OsiaBehaviour,
  OsiaBehaviourChanges,
  OsiaNotification,
  OsiaReading
} from './osia/behaviour'
export type {
  OsiaConnectionDetails,
  OsiaReaderDetails
} from './osia/connection-details'
export {
  createOsiaSimulator,
  type OsiaForgedMessage,
  type OsiaSimulator
} from './osia/create-osia-simulator'
export type { OsiaLedger, OsiaLedgerEntry } from './osia/ledger'
export type { OsiaMessage } from './osia/notify-message'
export type { OsiaIdentity, OsiaPerson, OsiaPersonOptions } from './osia/people'
export type { OsiaRead } from './osia/read-back'
export type { OsiaSimulatorOptions } from './osia/settings'
export type { OsiaSubscription } from './osia/subscribers'
export type { OsiaClient, OsiaTokenClaims } from './osia/tokens'
export type { OsiaTopicView } from './osia/topics'
export {
  createCredentialIssuer,
  type CredentialFlaw,
  type CredentialIssuer
} from './people/credential-issuer'
export { qrCodeOf, type QrCode } from './people/qr-code'
export {
  findSandboxPerson,
  sandboxPeople,
  type SandboxPerson
} from './people/sandbox-people'
export {
  createPlayground,
  type Playground,
  type PlaygroundOptions
} from './playground/create-playground'
export type { ClientVersion } from './playground/field-types'
export type { PageInput } from './playground/form-description'
export { createFormEngine, type FormEngine } from './playground/form-engine'
export type { FormSessionOptions } from './playground/form-session'
export type { RequestOutcome } from './playground/http-answer'
export type { PendingRequest } from './playground/http-runs'
export type { Declared, QrSample } from './playground/playground-routes'
export type { FormView } from './playground/session-view'
export {
  systemContract,
  type SystemCheck
} from './system-contract/system-contract'
export type { SystemUnderTest } from './system-contract/under-test'
