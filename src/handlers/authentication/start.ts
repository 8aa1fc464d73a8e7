import type { Request, ResponseToolkit, ServerRoute } from '@hapi/hapi'
import type { RelyingParty } from '../../authentication/relying-party'
import { SignInError } from '../../authentication/relying-party'
import {
  readReturnAddress,
  type ReturnAddress
} from '../../authentication/sign-in/return-address'
import { sessionDigest, signInIdOf } from '../../authentication/sign-in/ticket'
import { newReference, newToken } from '../../internal/ids'
import type { Runtime, RuntimeSource } from '../runtime'
import { isPersonOf } from './configured-people'
import { conclude, outcomeOf, type EndedSignIn } from './conclude'
import { single } from './hidden-query'
import { plainPage } from './plain-page'
import { sendOn } from './send-on'

/**
 * `GET <prefix>/authentication/start?person=mother&event=birth&redirect_uri=<form page>`: the sign-in button.
 *
 * Who may call: anybody with a browser. It gives nothing away: it sends the browser to the provider, for a configured
 * person of a configured event, and keeps what belongs to the sign-in in the browser's own sealed cookie. From an
 * address that is no page of the client it goes nowhere.
 */
export function startRoute(source: RuntimeSource, prefix: string): ServerRoute {
  return {
    method: 'GET',
    path: `${prefix}/authentication/start`,
    options: {
      auth: false,
      cors: false,
      description: 'Begins a sign-in with the national ID system',
      state: { parse: true, failAction: 'ignore' }
    },
    handler: async (request, h) => {
      const reference = newReference()
      const runtime = source()
      const relyingParty = runtime?.proofs.relyingParty
      if (runtime === undefined || relyingParty === undefined)
        return plainPage(h, reference, 503)
      const asked = readAsked(runtime, request)
      if (typeof asked === 'string') {
        const code = asked
        await runtime.refusals.note({ route: 'sign-in', code, reference })
        return plainPage(h, reference)
      }
      return begin(runtime, relyingParty, { ...asked, reference, request, h })
    }
  }
}

type Asked = { person: string; event: string; page: ReturnAddress }

/** What was asked for, or the code of what is wrong with it. */
function readAsked(
  { options, signIn }: Runtime,
  { url }: Request
): Asked | string {
  const event = single(url.searchParams, 'event')
  const person = single(url.searchParams, 'person')
  if (event === undefined || person === undefined) return 'ERR_SIGN_IN_PERSON'
  if (!isPersonOf(options, event, person)) return 'ERR_SIGN_IN_PERSON'
  const address = single(url.searchParams, 'redirect_uri')
  const page = readReturnAddress(address, signIn.addresses)
  return page === undefined ? 'ERR_RETURN_ADDRESS' : { person, event, page }
}

async function begin(
  runtime: Runtime,
  relyingParty: RelyingParty,
  asked: Asked & { reference: string; request: Request; h: ResponseToolkit }
) {
  const { page, person, event, reference, request, h } = asked
  const { addresses, cookies, gate, sealer } = runtime.signIn
  const session = newToken()
  const ended = {
    session: sessionDigest(session),
    person,
    event,
    returnTo: page.url,
    reference
  }
  try {
    const { eventId } = page
    if (eventId === undefined) throw unsaved()
    const { redirectUri } = addresses
    const begun = await gate.run(() => relyingParty.begin({ redirectUri }))
    const { signInTimeoutMs } = runtime.options.authentication
    const sealed = await sealer.seal({
      transaction: begun.transaction,
      person,
      event,
      eventId,
      returnTo: page.url,
      session: ended.session,
      expiresAt: runtime.delivery.clock.now() + signInTimeoutMs
    })
    runtime.delivery.events.emit({ type: 'authentication.started' })
    const response = sendOn(h, begun.url)
    const id = signInIdOf(begun.transaction.state)
    cookies.begin(request, response, { id, sealed, session })
    return response
  } catch (failure) {
    // There is no state to name it by.
    const id = signInIdOf(newToken())
    const about: EndedSignIn = { ...ended, id, ...recordIn(page) }
    const location = await conclude(runtime, about, outcomeOf(failure))
    const response = sendOn(h, location)
    cookies.begin(request, response, { id, session })
    return response
  }
}

function recordIn({ eventId }: ReturnAddress): { eventId?: string } {
  return eventId === undefined ? {} : { eventId }
}

function unsaved(): SignInError {
  return new SignInError(
    'A sign-in was begun on a record that has no permanent id yet, so nothing was begun. It works once the client is online and has saved the record.',
    { code: 'ERR_RECORD_UNSAVED', problem: 'unsaved' }
  )
}
