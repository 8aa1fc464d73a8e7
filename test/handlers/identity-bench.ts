import { createEvidenceBook } from '../../src/authentication/evidence'
import type { EvidenceBook } from '../../src/authentication/evidence-book'
import type { QrFactory } from '../../src/authentication/credential-verifier'
import type { EventOptions, PolicyOptions } from '../../src/config/options'
import { resolveOptions } from '../../src/config/resolve'
import type { ResolvedEvent } from '../../src/config/resolved'
import { createSystemGateway } from '../../src/delivery/system-gateway'
import type { EvidenceContent } from '../../src/domain/evidence'
import type { Declaration } from '../../src/domain/event'
import type { JsonValue } from '../../src/domain/json'
import {
  identityStep,
  type IdentityFindings
} from '../../src/handlers/identity-step'
import type { Trigger } from '../../src/handlers/read-trigger'
import type { Runtime } from '../../src/handlers/runtime'
import { createCipher } from '../../src/internal/encryption'
import type { OpenCrvsCore } from '../../src/opencrvs/core'
import type {
  NationalIdSystem,
  VerificationRequest
} from '../../src/systems/system'
import { minimalOptions } from '../config/options-fixture'
import { heldClock } from '../store/sample-delivery'

export const EVENT_ID = '11111111-1111-4111-8111-111111111111'
const ACTION_ID = '22222222-2222-4222-8222-222222222222'

/** A mother as a declaration has her, and as the ID system knows her. */
export const MOTHER: Declaration = {
  'mother.name': { firstname: 'Amina', surname: 'Okoye' },
  'mother.dob': '1994-03-12',
  'mother.gender': 'female',
  'mother.nid': '4839201746'
}

export const MOTHER_DATA: EvidenceContent['data'] = {
  name: { firstname: 'Amina', surname: 'Okoye' },
  dateOfBirth: '1994-03-12',
  identifier: '4839201746',
  attributes: {}
}

export const BIRTH_FIELDS = ['child', 'mother', 'father'].flatMap((person) =>
  [
    'name',
    'dob',
    'gender',
    'nid',
    'verified',
    'id-reader',
    'identity-evidence',
    'verify-nid-http-fetch'
  ].map((suffix) => `${person}.${suffix}`)
)

export type BenchChanges = {
  event?: Partial<EventOptions>
  version?: '1.9' | '2'
  policies?: PolicyOptions
  maxAgeDays?: Record<string, number>
  qr?: QrFactory
  core?: Partial<Pick<OpenCrvsCore, 'declarationFieldIds' | 'takesValues'>>
  verify?: NonNullable<NationalIdSystem['verify']>
  /** Instead of the real one. */
  evidence?: Partial<EvidenceBook>
}

export type Bench = {
  clock: ReturnType<typeof heldClock>
  book: EvidenceBook
  lines: Array<Record<string, unknown> & { message: string }>
  asked: VerificationRequest[]
  /** Evidence that this server would have signed for the mother, just now. */
  evidence(change?: Partial<EvidenceContent>): string
  step(
    declaration: Declaration,
    action?: { type: string; customActionType?: string }
  ): Promise<IdentityFindings>
}

/** The identity step with real evidence, and a core and an ID system that say what a test says. */
export async function identityBench(
  changes: BenchChanges = {}
): Promise<Bench> {
  const clock = heldClock()
  const cipher = await createCipher('k'.repeat(32))
  const book = createEvidenceBook({ cipher, clock })
  const lines: Bench['lines'] = []
  const write = (fields: object, message: string) => {
    lines.push({ ...fields, message })
  }
  const asked: VerificationRequest[] = []
  const options = optionsWith(changes)
  const event = options.events.birth
  if (event === undefined) throw new Error('no birth')
  const system = createSystemGateway(
    verifyingSystem(asked, changes.verify),
    { failures: 3, openMs: 60_000 },
    clock
  )
  // The step uses no other parts of a running instance.
  const runtime = {
    options,
    proofs: {
      evidence: { ...book, ...changes.evidence },
      ...(changes.qr === undefined
        ? {}
        : { credentials: changes.qr.create({ clock }) })
    },
    delivery: {
      clock,
      system,
      logger: { debug: write, info: write, warn: write, error: write },
      core: {
        takesValues: () => true,
        declarationFieldIds: () => Promise.resolve(new Set(BIRTH_FIELDS)),
        ...changes.core
      }
    },
    worker: { signal: new AbortController().signal }
  } as unknown as Runtime
  return {
    clock,
    book,
    lines,
    asked,
    evidence: (change = {}) =>
      book.sign({
        id: 'ticket-1',
        status: 'authenticated',
        method: 'signIn',
        person: 'mother',
        eventId: EVENT_ID,
        user: 'registrar',
        at: clock.now(),
        issuer: 'https://id.example.org',
        assurance: 'mosip:idp:acr:generated-code',
        subject: 'pairwise-7f2c',
        data: MOTHER_DATA,
        ...change
      }),
    step: (declaration, action = { type: 'REGISTER' }) =>
      identityStep(runtime, event, triggerOf(event, declaration, action))
  }
}

function optionsWith(changes: BenchChanges) {
  const { event = {}, version = '2', policies = {}, maxAgeDays, qr } = changes
  const { opencrvs, ...rest } = minimalOptions()
  return resolveOptions({
    ...rest,
    opencrvs: { ...opencrvs, version },
    policies,
    authentication: {
      ...(qr === undefined ? {} : { qr }),
      ...(maxAgeDays === undefined ? {} : { evidenceMaxAgeDays: maxAgeDays })
    },
    events: {
      birth: { subject: 'child', people: ['mother'], rules: {}, ...event }
    }
  })
}

function verifyingSystem(
  asked: VerificationRequest[],
  verify: BenchChanges['verify']
): NationalIdSystem {
  return {
    name: 'register',
    capabilities: {
      operations: [],
      idempotent: true,
      callback: false,
      status: false,
      verify: true
    },
    submit: () => Promise.reject(new Error('not expected')),
    verify: (request, context) => {
      asked.push(request)
      return verify === undefined
        ? Promise.resolve({ outcome: 'match' })
        : verify(request, context)
    }
  }
}

function triggerOf(
  event: ResolvedEvent,
  declaration: Declaration,
  action: { type: string; customActionType?: string }
): Trigger {
  return {
    event: { id: EVENT_ID, type: event.type, trackingId: 'ABC123' },
    pendingAction: { id: ACTION_ID, ...action },
    declaration,
    changes: [],
    annotation: {},
    token: 'record-token',
    claims: { sub: 'registrar', scopes: [], expiresAt: 0 },
    document: {}
    // The step looks at nothing else of a trigger.
  } as unknown as Trigger
}

/** QR codes whose credential is the text `credential of ...`. */
export function scriptedQr(verdicts: Record<string, JsonValue>): QrFactory {
  return {
    issues: () => [],
    weakenings: () => [],
    credentialPath: ['credential'],
    create: () => ({
      check(content) {
        const found =
          typeof content === 'string' ? verdicts[content] : undefined
        if (found === undefined || found === 'refused') {
          return Promise.resolve({
            proven: false,
            problem: found === undefined ? 'unreadable' : 'untrusted',
            code: 'ERR_CREDENTIAL'
          })
        }
        return Promise.resolve({
          proven: true,
          issuer: 'https://cards.example.org',
          subject: 'card-17',
          // A test writes a person here.
          data: found as unknown as EvidenceContent['data']
        })
      }
    })
  }
}
