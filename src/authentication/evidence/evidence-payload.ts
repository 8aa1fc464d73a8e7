import type { IdentityMethod, ProvenStatus } from '../../domain/identity'
import type { AttributeDigests } from './attribute-digests'

/** What the signed text holds; the names are RFC 7519's and OpenID Connect's where they have one. */
export type EvidencePayload = {
  jti: string
  /** Seconds since 1970, with milliseconds behind the point. */
  iat: number
  iss: string
  status: ProvenStatus
  method: IdentityMethod
  person: string
  event: string
  user: string
  acr?: string
  /** Sealed. */
  subject?: string
  digests: AttributeDigests
}

const TEXTS = ['jti', 'iss', 'person', 'event', 'user'] as const
const OPTIONAL_TEXTS = ['acr', 'subject'] as const
const STATUSES: readonly unknown[] = [
  'authenticated',
  'verified'
] satisfies ProvenStatus[]
const METHODS: readonly unknown[] = [
  'signIn',
  'qrCode',
  'verification'
] satisfies IdentityMethod[]

/** Whether it has the shape that this version writes; a later version's may have another. */
export function isEvidencePayload(value: unknown): value is EvidencePayload {
  if (!isObject(value)) return false
  return (
    TEXTS.every((key) => typeof value[key] === 'string') &&
    OPTIONAL_TEXTS.every((key) => isTextOrAbsent(value[key])) &&
    Number.isFinite(value.iat) &&
    STATUSES.includes(value.status) &&
    METHODS.includes(value.method) &&
    isObject(value.digests) &&
    Object.values(value.digests).every((digest) => typeof digest === 'string')
  )
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
