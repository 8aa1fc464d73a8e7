import { createEvidenceBook } from '../../../src/authentication/evidence'
import type { EvidenceBook } from '../../../src/authentication/evidence-book'
import type {
  EvidenceContent,
  EvidenceExpectation,
  EvidenceVerdict
} from '../../../src/domain/evidence'
import type { IdentityData } from '../../../src/domain/identity'
import { createCipher } from '../../../src/internal/encryption'
import type { EncryptionOption } from '../../../src/internal/key-ring'

export const SECRET = 'a-secret-that-is-made-for-tests-0001'
export const OTHER_SECRET = 'a-secret-that-is-made-for-tests-0002'
export const NOW = Date.UTC(2026, 10, 23, 12)
export const MINUTE = 60_000
export const DAY = 86_400_000

const RECORD = '6f1c0a52-3f5e-4d1c-9a0e-0a4b7d9c2e11'
export const OTHER_RECORD = '0c6b8b0e-8a52-4a0e-b1b4-7d1b5a0f9f22'

export const MARIA: IdentityData = {
  name: { firstname: 'María José', surname: "O'Connor Silva" },
  dateOfBirth: '1990-04-07',
  sex: 'female',
  identifier: '5550001112',
  attributes: { phone: '+351 911 000 111', address: { city: 'Évora' } }
}

/** An evidence book at a set time. */
export async function bookAt(
  now: number = NOW,
  encryption: EncryptionOption = SECRET
): Promise<EvidenceBook> {
  const cipher = await createCipher(encryption)
  return createEvidenceBook({ cipher, clock: { now: () => now } })
}

/** What a sign-in of Maria, the mother, gives. */
export function contentOf(
  changes: Partial<EvidenceContent> = {}
): EvidenceContent {
  return {
    id: 'b2f7e1de-5a5b-4a1f-8f76-6a2f3f7e4c01',
    status: 'authenticated',
    method: 'signIn',
    person: 'mother',
    eventId: RECORD,
    user: '65f0c1a7e4b0a1b2c3d4e5f6',
    at: NOW,
    issuer: 'https://esignet.example',
    assurance: 'mosip:idp:acr:generated-code',
    subject: 'pairwise-subject-of-maria',
    data: MARIA,
    ...changes
  }
}

/** Where that evidence is expected to stand. */
export function expectationOf(
  changes: Partial<EvidenceExpectation> = {}
): EvidenceExpectation {
  return { person: 'mother', eventId: RECORD, data: MARIA, ...changes }
}

/** Maria with some attributes said otherwise; `undefined` takes one away. */
export function mariaWith(changes: {
  [key in keyof IdentityData]?: IdentityData[key] | undefined
}): IdentityData {
  const changed = Object.entries({ ...MARIA, ...changes })
  // Only keys of IdentityData go in, and `attributes` stays an object.
  return Object.fromEntries(
    changed.filter(([, value]) => value !== undefined)
  ) as IdentityData
}

/** `proven`, or the problem with the names that differ. */
export function summary(verdict: EvidenceVerdict): string {
  if (verdict.proven) return 'proven'
  const { problem, differing = [] } = verdict
  return [problem, ...differing].join(' ')
}
