import type { Request, ServerRoute } from '@hapi/hapi'
import type {
  RelyingParty,
  SignInResult
} from '../../authentication/relying-party'
import { SignInError } from '../../authentication/relying-party'
import type { PendingSignIn } from '../../authentication/sign-in/pending-sign-in'
import { readReturnAddress } from '../../authentication/sign-in/return-address'
import { signInIdOf } from '../../authentication/sign-in/ticket'
import { newReference } from '../../internal/ids'
import type { Runtime, RuntimeSource } from '../runtime'
import { conclude, outcomeOf, type SignInOutcome } from './conclude'
import { hiddenQuery, single } from './hidden-query'
import { plainPage } from './plain-page'
import { sendOn } from './send-on'

/** Ours have 43. */
const MOST_STATE_CHARACTERS = 500

/** Clocks of several servers differ: a used `state` is remembered for longer than it is good, in milliseconds. */
const CLOCKS_DIFFER_MS = 5 * 60 * 1000

/**
 * `GET <prefix>/authentication/callback`: the one redirect URI that is registered at the provider.
 *
 * Who may call: the browser that began the sign-in, proven by its sealed cookie, which the provider's `state` names
 * (OIDC Core 3.1.2.7). It is sent to the page that stands in the cookie, and nowhere else.
 */
export function callbackRoute(
  source: RuntimeSource,
  prefix: string
): ServerRoute {
  return {
    method: 'GET',
    path: `${prefix}/authentication/callback`,
    options: {
      auth: false,
      cors: false,
      description: "Takes the provider's answer to a sign-in",
      state: { parse: true, failAction: 'ignore' }
    },
    handler: async (request, h) => {
      const reference = newReference()
      const runtime = source()
      const relyingParty = runtime?.proofs.relyingParty
      if (runtime === undefined || relyingParty === undefined)
        return plainPage(h, reference, 503)
      const parameters = hiddenQuery(request)
      const found = await findPending(runtime, request, parameters)
      if (found === undefined) {
        const code = 'ERR_SIGN_IN_UNKNOWN'
        await runtime.refusals.note({ route: 'sign-in', code, reference })
        return plainPage(h, reference)
      }
      const { id, pending } = found
      const outcome = await finish(runtime, relyingParty, pending, parameters)
      const location = await conclude(
        runtime,
        { id, reference, ...pending },
        outcome
      )
      const response = sendOn(h, location)
      runtime.signIn.cookies.end(response, id)
      return response
    }
  }
}

/** The sign-in that this browser began and this answer belongs to. */
async function findPending(
  { signIn }: Runtime,
  request: Request,
  parameters: URLSearchParams
): Promise<{ id: string; pending: PendingSignIn } | undefined> {
  const state = single(parameters, 'state')
  if (state === undefined || state.length > MOST_STATE_CHARACTERS)
    return undefined
  const id = signInIdOf(state)
  const sealed = signIn.cookies.sealedSignIn(request, id)
  if (sealed === undefined) return undefined
  const pending = await signIn.sealer.unseal(sealed)
  // A cookie of another sign-in may stand under this one's name.
  if (pending?.transaction.state !== state) return undefined
  // It was allowed when the sign-in began; the options may be others since.
  const page = readReturnAddress(pending.returnTo, signIn.addresses)
  return page === undefined ? undefined : { id, pending }
}

async function finish(
  runtime: Runtime,
  relyingParty: RelyingParty,
  pending: PendingSignIn,
  parameters: URLSearchParams
): Promise<SignInOutcome> {
  try {
    const result = await complete(runtime, relyingParty, pending, parameters)
    return { outcome: 'succeeded', eventId: pending.eventId, result }
  } catch (failure) {
    return outcomeOf(failure)
  }
}

async function complete(
  { delivery, signIn }: Runtime,
  relyingParty: RelyingParty,
  { transaction, expiresAt }: PendingSignIn,
  parameters: URLSearchParams
): Promise<SignInResult> {
  if (delivery.clock.now() >= expiresAt) throw expired()
  const { redirectUri } = signIn.addresses
  return signIn.gate.run(async () => {
    // Before the code is exchanged, and on all servers: the same redirect is taken once. An answer without a code gives
    // nothing, however often it comes.
    if (parameters.has('code')) {
      const isFirst = await delivery.store.takeSignIn({
        state: transaction.state,
        expiresAt: expiresAt + CLOCKS_DIFFER_MS
      })
      if (!isFirst) throw replayed()
    }
    return relyingParty.complete({ parameters, redirectUri, transaction })
  })
}

function expired(): SignInError {
  return new SignInError(
    'A person came back from the sign-in provider too late, so the answer was not looked at. They must sign in again; `authentication.signInTimeoutMs` says how long it may take.',
    { code: 'ERR_SIGN_IN_EXPIRED', problem: 'expired' }
  )
}

function replayed(): SignInError {
  return new SignInError(
    "The sign-in provider's redirect came a second time, so it was not looked at. The person must sign in again.",
    { code: 'ERR_SIGN_IN_REPLAYED', problem: 'expired' }
  )
}
