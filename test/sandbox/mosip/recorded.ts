import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CertifiedKey } from '../../../src/sandbox'
import type { Recorded } from '../recording'

const FOLDER = join(__dirname, '../../fixtures/mosip')

/** A recorded exchange or a derived file. */
export function recorded(name: string): Recorded {
  return JSON.parse(recordedText(name))
}

function recordedText(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8')
}

/** The one key pair of the recording: partner's, IDA's and issuer's. */
export const LAB_KEY: CertifiedKey = {
  certificate: recordedText('keys/mock-partner-cert.pem'),
  privateKey: recordedText('keys/mock-partner-private-key.pem')
}

export const ID_SCHEMA: Recorded = recorded('id-schema.json')
