import type { JsonObject } from '../../domain/json'
import type { Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import type { MosipBehaviour, PacketStatus, Rejection } from './behaviour'
import {
  unsignedCredential,
  type CredentialFlaw,
  type SharedNumber
} from './credential'
import { sealCredential } from './credential-cipher'
import { withProof, type CredentialProof } from './credential-proof'
import { secretDigits } from './digits'
import type { ParsedKey } from './key-material'
import { plainText, type MosipPacket } from './packet'
import type { MosipPerson, People } from './people'

/** Names of the two topics. */
export type Topics = { credentials: string; packetStatus: string }

/** What a credential has instead of what the simulator knows. */
export type CredentialChanges = {
  flaw?: CredentialFlaw
  person?: Pick<MosipPerson, 'uin' | 'vid' | 'psut'>
  registrationNumber?: string
  /** `vercred`, `euin` or anything else. */
  credentialType?: string
}

export type MessageParts = {
  behaviour: MosipBehaviour
  clock: Clock
  topics: Topics
  people: People
  findPacket: (applicationId: string) => MosipPacket | undefined
  keys: { partner: ParsedKey; issuer: ParsedKey; stranger: ParsedKey }
  share: readonly SharedNumber[]
  proof: CredentialProof
  /** The field of a packet that holds the registration number. */
  registrationNumberField: string
}

/** The bodies of what the hub delivers. */
export type Messages = {
  credential(
    applicationId: string,
    changes?: CredentialChanges
  ): Promise<string>
  status(
    applicationId: string,
    status: PacketStatus,
    rejection?: Rejection
  ): string
}

/** Makes messages. */
export function createMessages(parts: MessageParts): Messages {
  const { behaviour, clock, topics } = parts
  return {
    async credential(applicationId, changes = {}) {
      const flaw = changes.flaw ?? behaviour.flaw(applicationId)
      const credential = await sealed(parts, applicationId, {
        ...changes,
        flaw
      })
      const time = new Date(clock.now()).toISOString()
      return enveloped('CREDENTIAL_SERVICE', topics.credentials, time, {
        registrationId:
          flaw === 'foreignApplicationId'
            ? foreign(applicationId)
            : applicationId,
        templateTypeCode: 'RPR_UIN_CARD_TEMPLATE',
        ExpiryTimestamp: time,
        TransactionLimit: null,
        credential,
        credentialType: changes.credentialType ?? behaviour.credentialType,
        protectionKey: secretDigits(6)
      })
    },
    status(applicationId, status, rejection) {
      if (behaviour.statusForm === 'bare') {
        return JSON.stringify({
          instanceId: applicationId,
          resultCode: status,
          workflowType: 'COMPLETE',
          errorCode: rejection?.code ?? null,
          ...reasonOf(rejection)
        })
      }
      const time = new Date(clock.now()).toISOString()
      return enveloped('REGISTRATION_PROCESSOR', topics.packetStatus, time, {
        registrationId: applicationId,
        statusCode: status,
        ...(rejection === undefined ? {} : { errorCode: rejection.code }),
        ...reasonOf(rejection)
      })
    }
  }
}

/** A packet that nobody sent, and the same whenever it is asked for. */
function foreign(applicationId: string): string {
  return applicationId.replace(/\d/g, (digit) => String(9 - Number(digit)))
}

function reasonOf(rejection: Rejection | undefined): JsonObject {
  return rejection === undefined ? {} : { statusComment: rejection.reason }
}

function enveloped(
  publisher: string,
  topic: string,
  time: string,
  data: JsonObject
): string {
  return JSON.stringify({
    publisher,
    topic,
    publishedOn: time,
    event: {
      id: newId(),
      transactionId: newId(),
      type: { namespace: 'mosip', name: 'mosip' },
      timestamp: time,
      data
    }
  })
}

type SealedChanges = Omit<CredentialChanges, 'flaw'> & {
  flaw: CredentialFlaw | undefined
}

async function sealed(
  parts: MessageParts,
  applicationId: string,
  changes: SealedChanges
): Promise<string> {
  const { clock, keys } = parts
  const { flaw } = changes
  const unsigned = unsignedFor(parts, applicationId, changes)
  const signer = flaw === 'otherIssuer' ? keys.stranger : keys.issuer
  const credential =
    flaw === 'noProof'
      ? unsigned
      : await withProof(unsigned, signer.privateKey, parts.proof, clock.now())
  const text = sealCredential(
    JSON.stringify(credential),
    flaw === 'otherCertificate' ? keys.stranger : keys.partner,
    flaw === 'zeroThumbprint' ? { thumbprint: Buffer.alloc(32) } : {}
  )
  return flaw === 'tampered' ? tampered(text) : text
}

function unsignedFor(
  parts: MessageParts,
  applicationId: string,
  { flaw, ...changes }: SealedChanges
): JsonObject {
  const { clock, people, share } = parts
  const packet = parts.findPacket(applicationId)
  const person = changes.person ?? people.issuedFor(applicationId)
  const registrationNumber =
    changes.registrationNumber ??
    plainText(packet?.fields[parts.registrationNumberField])
  return unsignedCredential({
    applicationId:
      flaw === 'foreignApplicationId' ? foreign(applicationId) : applicationId,
    ...(registrationNumber === '' ? {} : { registrationNumber }),
    ...(person === undefined ? {} : { person }),
    share,
    now: clock.now(),
    flaw
  })
}

/** One bit of the ciphertext, shortly before the tag. */
function tampered(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  const index = bytes.length - 20
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return bytes.toString('base64')
}
