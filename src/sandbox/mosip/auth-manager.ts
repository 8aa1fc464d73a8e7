import { sign } from 'jsonwebtoken'
import type { Clock } from '../../internal/clock'
import { newId } from '../../internal/ids'
import { rsaKey } from '../core/rsa-keys'
import { parseJsonObject } from '../json-object'
import type { ServedAnswer, ServedRequest } from '../loopback-server'
import type { MosipBehaviour } from './behaviour'
import {
  mosipAnswer,
  mosipRefusal,
  nameIn,
  requestIn,
  type ServiceName
} from './mosip-answer'

/** A client that auth manager knows. */
export type MosipSimulatorClient = {
  clientId: string
  secretKey: string
  /** Default `admin`. */
  appId?: string
}

/** What a client may call: packets and workflows, or the hub (FACTS 1). */
export type ClientRole = 'packets' | 'websub'

/** Gives and checks tokens. */
export type AuthManager = {
  answerTokenRequest(request: ServedRequest): ServedAnswer
  /** The refusal of a call whose cookie holds no good token of that client, else undefined. */
  refusal(request: ServedRequest, role: ClientRole): ServedAnswer | undefined
  /** Whether a token is good and of that client. */
  isGood(token: string, role: ClientRole): boolean
  /** Ends every token that was given. */
  expireTokens(): void
}

const FAILED = {
  errorCode: 'KER-ATH-401',
  message: 'The simulator does not know this token or secret.'
}

/** A MOSIP auth manager that knows one client for each role. */
export function createAuthManager(
  clients: Readonly<Record<ClientRole, MosipSimulatorClient>>,
  { behaviour, clock }: { behaviour: MosipBehaviour; clock: Clock }
): AuthManager {
  const tokens = new Map<string, { role: ClientRole; endsAt: number }>()

  function refuse(name: ServiceName): ServedAnswer {
    return mosipRefusal(name, clock, [FAILED], behaviour.unauthorizedStatus)
  }

  function give(role: ClientRole): string {
    const { clientId } = clients[role]
    const { token, endsAt } = newToken(clientId, behaviour.tokenSeconds, clock)
    tokens.set(token, { role, endsAt })
    return token
  }

  function isGood(token: string, role: ClientRole): boolean {
    const known = tokens.get(token)
    return known?.role === role && known.endsAt > clock.now()
  }

  return {
    isGood,
    answerTokenRequest(request) {
      const body = parseJsonObject(request.body)
      const name = nameIn(body)
      const { appId, clientId, secretKey } = requestIn(body)
      const role = ROLES.find(
        (one) =>
          clients[one].clientId === clientId &&
          clients[one].secretKey === secretKey &&
          (clients[one].appId ?? 'admin') === appId
      )
      if (role === undefined) return refuse(name)
      const answer = mosipAnswer(name, clock, {
        response: { status: 'Success', message: 'The secret is right.' }
      })
      return {
        ...answer,
        headers: {
          ...answer.headers,
          'set-cookie': `Authorization=${give(role)}; Path=/; HttpOnly; Secure; SameSite=Strict`
        }
      }
    },
    refusal(request, role) {
      if (isGood(tokenIn(request), role)) return undefined
      return refuse(nameIn(parseJsonObject(request.body)))
    },
    expireTokens: () => tokens.clear()
  }
}

const ROLES: readonly ClientRole[] = ['packets', 'websub']

/** The token that a call carries as a cookie; empty without one. */
export function tokenIn({ headers }: ServedRequest): string {
  const cookie = /(?:^|;)\s*Authorization=([^;\s]+)/.exec(headers.cookie ?? '')
  return cookie?.[1] ?? ''
}

/** A JWT like those of MOSIP's Keycloak: whoever reads its end knows when to ask again. */
function newToken(
  clientId: string,
  seconds: number,
  clock: Clock
): { token: string; endsAt: number } {
  const now = Math.floor(clock.now() / 1000)
  const claims = {
    iss: 'https://keycloak.mosip-simulator.example/auth/realms/mosip',
    sub: clientId,
    azp: clientId,
    jti: newId(),
    iat: now,
    exp: now + seconds
  }
  const { privateKey } = rsaKey('mosip-auth-manager')
  return {
    token: sign(claims, privateKey, { algorithm: 'RS256' }),
    endsAt: (now + seconds) * 1000
  }
}
