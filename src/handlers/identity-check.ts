import type { ServerRoute } from '@hapi/hapi'
import { formAttributes } from '../authentication/sign-in/form-attributes'
import { isRecordId } from '../authentication/sign-in/return-address'
import { plainCode } from '../domain/code'
import type { FormAnswer } from '../domain/identity'
import type { JsonValue } from '../domain/json'
import { newId } from '../internal/ids'
import { isPersonOfAny } from './authentication/configured-people'
import {
  FormRefusal,
  formRoute,
  memberOf,
  type FormCall
} from './authentication/form-route'
import { recordOfForm } from './authentication/form-record'
import { hiddenQuery, single } from './authentication/hidden-query'
import type { RuntimeSource } from './runtime'

/** A QR code holds three thousand characters. */
const MAX_BYTES = 64 * 1024

/**
 * `POST <prefix>/identity-check?credential=...&person=mother`: checks what a QR code holds. The record is the one whose
 * form makes the call. A body `{ content, person, eventId }` says the same.
 *
 * Who may call: an OpenCRVS user, with their session token in the `Authorization` header. What was scanned is data,
 * whatever it says about itself: only a credential that is signed by a configured issuer gives a status, and evidence.
 */
export function identityCheckRoute(
  source: RuntimeSource,
  prefix: string
): ServerRoute {
  return formRoute(source, {
    route: 'identity-check',
    path: `${prefix}/identity-check`,
    description: 'Checks the credential of a scanned QR code',
    maxBytes: MAX_BYTES,
    otherwise: 'pending',
    unreadable: 'unreadable',
    run: check
  })
}

type Asked = { content: JsonValue; person: string; eventId: string }

async function check(call: FormCall): Promise<FormAnswer> {
  const { runtime, user, reference } = call
  const { credentials, evidence } = runtime.proofs
  const { clock, events, logger, store } = runtime.delivery
  if (credentials === undefined)
    throw new FormRefusal(
      'A form sent a scanned credential, and none are configured. Nothing was checked; see authentication.qr.',
      'ERR_QR_NOT_CONFIGURED',
      'unavailable'
    )
  const { content, person, eventId } = readAsked(call)
  const verdict = await credentials.check(content)
  const about = { reference, person, eventId }
  if (!verdict.proven) {
    const { problem } = verdict
    events.emit({ type: 'credential.checked', outcome: problem })
    const code = plainCode(verdict.code)
    logger.info(
      { ...about, problem, code },
      'a scanned credential was not proven'
    )
    return { verificationStatus: 'pending', problem, reference }
  }
  const { issuer, subject, data } = verdict
  const [id, at] = [newId(), clock.now()]
  await store.audit([
    {
      kind: 'credential.verified',
      at,
      actor: `user:${user}`,
      eventId,
      details: { person, reference, evidence: id }
    }
  ])
  const proof = evidence.sign({
    id,
    status: 'verified',
    method: 'qrCode',
    person,
    eventId,
    user,
    at,
    issuer,
    ...(subject === undefined ? {} : { subject }),
    data
  })
  events.emit({ type: 'credential.checked', outcome: 'verified' })
  logger.info(about, 'a scanned credential was verified')
  return {
    verificationStatus: 'verified',
    evidence: proof,
    attributes: formAttributes(data),
    reference
  }
}

function readAsked(call: FormCall): Asked {
  const { runtime, request } = call
  const query = hiddenQuery(request)
  const content =
    single(query, 'credential') ?? memberOf(request.payload, 'content')
  const person = single(query, 'person') ?? memberOf(request.payload, 'person')
  if (content === undefined)
    throw new FormRefusal(
      'A form asked to check a scanned credential and sent none. Nothing was checked.',
      'ERR_CREDENTIAL_MISSING',
      'unreadable'
    )
  if (typeof person !== 'string' || !isPersonOfAny(runtime.options, person))
    throw new FormRefusal(
      'A form asked to check a credential of a person whom no configured event has. Nothing was checked; see the `people` of the events.',
      'ERR_CREDENTIAL_PERSON',
      'unexpected'
    )
  // hapi has parsed it from JSON.
  return { content: content as JsonValue, person, eventId: recordFor(call) }
}

function recordFor({ runtime, request }: FormCall): string {
  const named = memberOf(request.payload, 'eventId')
  if (typeof named === 'string' && isRecordId(named)) return named
  const record = recordOfForm(runtime, request)
  if (record?.eventId !== undefined) return record.eventId
  throw record === undefined
    ? new FormRefusal(
        "A credential was to be checked, and nothing says for which record, so it was not. The form's page must send its address (Referer); see whether a proxy or a Referrer-Policy takes it away.",
        'ERR_CREDENTIAL_RECORD',
        'session'
      )
    : new FormRefusal(
        'A credential was to be checked for a record that has no permanent id yet, so it was not. It is checked when the declaration is sent.',
        'ERR_RECORD_UNSAVED',
        'unsaved'
      )
}
