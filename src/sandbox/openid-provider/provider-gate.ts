import type { Clock } from '../../internal/clock'
import { sleep } from '../../internal/clock'
import type { Exchange, ExchangeLog } from '../exchange-log'
import type { Fault, Faults } from '../faults'
import { endpointPaths, sessionCookieName } from './configuration'
import { finishAnswer } from './finish-answer'
import type { OidcContext, OidcMiddleware } from './library'
import type {
  OpenIdFault,
  OpenIdForgery,
  OpenIdProviderOptions
} from './options'
import { renderErrorPage } from './pages'
import type { SigningKeys } from './signing-keys'
import { STYLES, STYLES_PATH } from './styles'

/** What stands between the caller and the provider. */
export type GateParts = {
  options: Pick<OpenIdProviderOptions, 'paths'>
  issuer: string
  clock: Clock
  closed: () => AbortSignal
  faults: Faults<Fault | OpenIdFault>
  log: ExchangeLog
  keys: SigningKeys
  forgery: () => OpenIdForgery | undefined
  /** Serves the pages of a sign-in. */
  page: (context: OidcContext) => Promise<void>
}

const PAGES = '/interaction/'

/** Lets things go wrong, forges answers, serves the pages and keeps the log. */
export function createProviderGate(parts: GateParts): OidcMiddleware {
  const cookie = sessionCookieName(parts.issuer)
  return async (context, next) => {
    const kind = kindOf(context.path, parts.options)
    const at = parts.clock.now()
    forgetSession(context, cookie)
    const ended = await answer(parts, context, kind, next)
    if (ended !== undefined) {
      context.respond = false
      context.req.socket.destroy()
    }
    parts.log.add({
      direction: 'received',
      at,
      endedAt: parts.clock.now(),
      kind,
      method: context.method,
      path: loggedPath(context.path, parts.options),
      status: ended ?? context.status
    })
  }
}

async function answer(
  parts: GateParts,
  context: OidcContext,
  kind: string,
  next: () => Promise<void>
): Promise<Exclude<Exchange['status'], number> | undefined> {
  const fault = parts.faults.take(kind)
  switch (fault?.kind) {
    case 'status':
    case 'html':
      answerOutOfOrder(context, fault)
      return undefined
    case 'hang':
      await ended(parts.closed())
      return 'hung'
    case 'cut':
      return 'cut'
    case 'delay':
      await sleep(fault.ms, parts.closed())
      break
    case 'cutAfter':
    case 'statusAfter':
    case undefined:
  }
  await serve(parts, context, kind, next)
  if (fault?.kind === 'statusAfter') {
    answerOutOfOrder(context, { ...fault, kind: 'status' })
  }
  return fault?.kind === 'cutAfter' ? 'cut' : undefined
}

async function serve(
  parts: GateParts,
  context: OidcContext,
  kind: string,
  next: () => Promise<void>
): Promise<void> {
  if (context.path === STYLES_PATH) {
    context.type = 'css'
    context.body = STYLES
    return
  }
  if (kind === 'page') await parts.page(context)
  else await next()
  if (context.type === 'text/html') guardPage(context)
  await finishAnswer(context, kind, parts.forgery(), parts.keys)
}

/** A page of a sign-in is not kept, not framed, and loads nothing from elsewhere. */
function guardPage(context: OidcContext): void {
  context.set(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
  )
  context.set('Cache-Control', 'no-store')
  context.set('Referrer-Policy', 'no-referrer')
}

/**
 * eSignet has no session: whoever comes must sign in. With one, the second
 * person on a declaration would be taken for the first.
 */
function forgetSession(context: OidcContext, name: string): void {
  const { headers } = context.req
  if (headers.cookie === undefined) return
  headers.cookie = headers.cookie
    .split(/; */)
    .filter((cookie) => !cookie.startsWith(name))
    .join('; ')
}

function answerOutOfOrder(
  context: OidcContext,
  fault: Extract<Fault | OpenIdFault, { kind: 'status' | 'html' }>
): void {
  context.status = fault.status ?? 200
  if (fault.kind === 'html') {
    context.type = 'html'
    context.body = renderErrorPage({ error: 'Out of order' })
    return
  }
  if (fault.retryAfterSeconds !== undefined) {
    context.set('Retry-After', String(fault.retryAfterSeconds))
  }
  context.type = 'text'
  context.body = 'out of order'
}

function kindOf(
  path: string,
  options: Pick<OpenIdProviderOptions, 'paths'>
): string {
  const endpoints = endpointPaths(options)
  if (path.startsWith(PAGES)) return 'page'
  if (path.startsWith(endpoints.authorization)) return 'authorize'
  if (path === endpoints.pushed_authorization_request) return 'par'
  if (path === endpoints.token) return 'token'
  if (path === endpoints.userinfo) return 'userinfo'
  if (path === endpoints.jwks) return 'jwks'
  if (path.startsWith('/.well-known/')) return 'discovery'
  return 'other'
}

/** Without the sign-in's id, which stands behind the path of the pages and of the authorization endpoint. */
function loggedPath(
  path: string,
  options: Pick<OpenIdProviderOptions, 'paths'>
): string {
  const { authorization } = endpointPaths(options)
  const begin = [PAGES, `${authorization}/`].find((it) => path.startsWith(it))
  return begin === undefined ? path : `${begin}:uid`
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve()
        },
        { once: true }
      )
  })
}
