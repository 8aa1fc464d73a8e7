import { isRecord } from './clean-json'

/** What a proven OpenCRVS token says (FACTS D1). */
export type TokenClaims = {
  /** Id of the user or system client. */
  sub: string
  /** As the token has them: plain on 1.9, encoded on 2.x (FACTS E). */
  scopes: string[]
  /** `user` or `system`. */
  userType?: string
  role?: string
  /** On a record token: the record that it is for. */
  eventId?: string
  /** On a record token: the action that it is for. */
  actionId?: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** The claims of a token's payload, or undefined when one that must be there is not. */
export function readClaims(payload: unknown): TokenClaims | undefined {
  if (!isRecord(payload)) return undefined
  const { sub, exp, scope } = payload
  if (typeof sub !== 'string' || sub === '') return undefined
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined
  return {
    sub,
    scopes: Array.isArray(scope) ? scope.filter(isText) : [],
    ...optionalText(payload, 'userType'),
    ...optionalText(payload, 'role'),
    ...optionalText(payload, 'eventId'),
    ...optionalText(payload, 'actionId'),
    expiresAt: exp * 1000
  }
}

/**
 * Whether the token has a scope. Both the scope asked for and those of the
 * token may be plain (`record.register`) or encoded (`type=record.register`,
 * also with `&option=a,b`). Options of the token's scope are not looked at
 * unless they are asked for; then it must list each value asked for.
 *
 * @example hasScope(claims, 'record.register')
 */
export function hasScope(
  claims: Pick<TokenClaims, 'scopes'>,
  scope: string
): boolean {
  const wanted = parseScope(scope)
  return claims.scopes.some((text) => {
    const held = parseScope(text)
    return (
      held.type === wanted.type &&
      [...wanted.options].every(([option, values]) => {
        const allowed = held.options.get(option) ?? []
        return values.every((value) => allowed.includes(value))
      })
    )
  })
}

type Scope = { type: string; options: ReadonlyMap<string, string[]> }

function parseScope(text: string): Scope {
  const parameters = new URLSearchParams(text)
  const type = parameters.get('type')
  // A plain scope has no `type=`; it is the type itself.
  if (type === null) return { type: text, options: new Map() }
  parameters.delete('type')
  const options = [...parameters].map(
    ([option, values]) => [option, values.split(',')] as const
  )
  return { type, options: new Map(options) }
}

function optionalText<Key extends string>(
  payload: Record<string, unknown>,
  key: Key
): { [K in Key]?: string } {
  const text = payload[key]
  const found: { [K in Key]?: string } = {}
  if (isText(text)) found[key] = text
  return found
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
