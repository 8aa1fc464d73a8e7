import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  publicEncrypt,
  randomBytes,
  randomUUID,
  X509Certificate
} from 'node:crypto'
import type { Call } from '../call'
import { PREFIX } from '../identity/form-page'
import { HUB_SECRET, keys, TOPIC } from './country'
import type { PeerPacket } from './peers-server'

/** The hub's delivery of a packet's credential: encrypted for us, and signed over its bytes. */
export function deliveryCall(packet: PeerPacket): Call {
  const timestamp = new Date().toISOString()
  const body = JSON.stringify({
    publisher: 'CREDENTIAL_SERVICE',
    topic: TOPIC,
    publishedOn: timestamp,
    event: {
      id: randomUUID(),
      timestamp,
      data: {
        registrationId: packet.applicationId,
        credentialType: 'vercred',
        credential: encrypted(credentialOf(packet))
      }
    }
  })
  const hex = createHmac('sha256', HUB_SECRET).update(body).digest('hex')
  return {
    path: `${PREFIX}/confirmation`,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature': `sha256=${hex}`
    },
    body
  }
}

function credentialOf({
  applicationId,
  registrationNumber
}: PeerPacket): object {
  return {
    issuanceDate: new Date().toISOString(),
    credentialSubject: {
      id: `http://credential.idrepo/credentials/${applicationId}`,
      vcVer: 'VC-V1',
      VID: '5550001112223334',
      birthCertificateNumber: registrationNumber
    },
    id: `http://credential.idrepo/credentials/${randomUUID()}`,
    type: ['VerifiableCredential', 'MOSIPVerifiableCredential'],
    issuer: 'https://mosip.example/.well-known/controller.json'
  }
}

/** MOSIP's layout: version, thumbprint, key, splitter, additional data with the nonce, ciphertext, tag. */
function encrypted(credential: object): string {
  const { publicKey, raw } = new X509Certificate(keys().partner.certificate)
  const key = randomBytes(32)
  const aad = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, aad.subarray(0, 12))
  cipher.setAAD(aad)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return Buffer.concat([
    Buffer.from('VER_R2'),
    createHash('sha256').update(raw).digest(),
    publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256' }, key),
    Buffer.from('#KEY_SPLITTER#'),
    aad,
    cipher.update(JSON.stringify(credential)),
    cipher.final(),
    cipher.getAuthTag()
  ]).toString('base64')
}
