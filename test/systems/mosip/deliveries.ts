import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  publicEncrypt,
  randomBytes,
  X509Certificate
} from 'node:crypto'
import type { InboundRequest } from '../../../src/systems/system'
import { CERTIFICATE, HUB_SECRET } from './made'

/** A delivery as the hub makes it, signed over its bytes. */
export function signed(
  body: string | object,
  secret = HUB_SECRET
): InboundRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const rawBody = Buffer.from(text)
  const hex = createHmac('sha256', secret).update(rawBody).digest('hex')
  return inbound(rawBody, { 'x-hub-signature': `sha256=${hex}` })
}

export function inbound(
  rawBody: Buffer,
  headers: Record<string, string> = {}
): InboundRequest {
  return { method: 'POST', headers, query: {}, params: {}, rawBody }
}

/** Encrypts a credential as MOSIP does (FACTS 5), independently of the adapter. */
export function encrypted(
  credential: unknown,
  certificate = CERTIFICATE,
  thumbprint?: Buffer
): string {
  const { publicKey, raw } = new X509Certificate(certificate)
  const key = randomBytes(32)
  const aad = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, aad.subarray(0, 12))
  cipher.setAAD(aad)
  const sealed = publicEncrypt(
    {
      key: publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256'
    },
    key
  )
  return Buffer.concat([
    Buffer.from('VER_R2'),
    thumbprint ?? createHash('sha256').update(raw).digest(),
    sealed,
    Buffer.from('#KEY_SPLITTER#'),
    aad,
    cipher.update(JSON.stringify(credential)),
    cipher.final(),
    cipher.getAuthTag()
  ]).toString('base64')
}

export type CredentialChanges = {
  aid: string
  subject?: Record<string, unknown>
  registrationId?: string
  credentialType?: string
  credential?: string
  topic?: string
  id?: string | number
  timestamp?: string
}

/** The body of a credential's delivery. */
export function credentialBody(changes: CredentialChanges): object {
  const { aid, subject } = changes
  const timestamp = changes.timestamp ?? '2026-11-23T22:56:10.000Z'
  const credentialSubject = subject ?? {
    VID: '5550001112',
    birthCertificateNumber: '2026-000017'
  }
  const id = `http://credential.idrepo/credentials/${aid}`
  return {
    publisher: 'CREDENTIAL_SERVICE',
    topic: changes.topic ?? 'crvs-partner/CREDENTIAL_ISSUED',
    publishedOn: timestamp,
    somethingNew: true,
    event: {
      id: changes.id ?? 'message-1',
      timestamp,
      data: {
        registrationId: changes.registrationId ?? aid,
        credentialType: changes.credentialType ?? 'vercred',
        credential:
          changes.credential ??
          encrypted({
            issuer: 'https://mosip.example',
            credentialSubject: { id, vcVer: 'VC-V1', ...credentialSubject }
          })
      }
    }
  }
}

/** The body of a packet status. */
export function statusBody(
  aid: string,
  statusCode: string,
  more: Record<string, unknown> = {},
  timestamp = '2026-11-23T22:56:10.000Z'
): object {
  return {
    publisher: 'REGISTRATION_PROCESSOR',
    topic: 'PACKET_STATUS',
    publishedOn: timestamp,
    event: {
      id: `status-${statusCode}`,
      timestamp,
      data: { registrationId: aid, statusCode, ...more }
    }
  }
}
