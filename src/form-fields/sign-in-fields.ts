import {
  and,
  hasText,
  isFalsy,
  isOneOf,
  isOnline,
  isWithoutError,
  not,
  or,
  type Condition
} from './conditions'
import { offReview, parents } from './field-parts'
import type {
  HighlightedLoaderField,
  HttpField,
  LinkButtonField,
  LoaderField,
  QueryParamReaderField,
  TriggeredHttpField
} from './field-types'
import { problemParam, reference, ticketParam, type Form } from './form'
import { hasStatus } from './identity-conditions'
import type { SignInMethod } from './methods'

/** What the form takes for the result when no answer comes. Its words are those of `FormAnswer`. */
const NO_ANSWER = { verificationStatus: 'failed', problem: 'unavailable' }

/**
 * Reads what the server handed back in the page's address. Always there, so that nothing in the address is missed, and
 * also where there is no sign-in: it is the field whose reset makes the reader forget an old scan (forms CLIENT 4).
 */
export function queryParamsField(form: Form): QueryParamReaderField {
  const { ids, texts, person, signIn } = form
  return {
    id: ids.queryParams,
    type: 'QUERY_PARAM_READER',
    label: texts['queryParams.label'],
    configuration: {
      pickParams:
        signIn === undefined ? [] : [ticketParam(person), problemParam(person)]
    },
    conditionals: offReview(form)
  }
}

/** Fetches the result of the sign-in: once for a ticket, and again after a reload that came too early. */
export function fetchField(form: Form, signIn: SignInMethod): HttpField {
  const { ids, texts, person } = form
  const hasTicket = hasText(ids.queryParams, ['data', ticketParam(person)])
  return {
    id: ids.fetch,
    type: 'HTTP',
    label: texts['fetch.label'],
    ...parents([ids.queryParams]),
    secured: true,
    configuration: fetchConfiguration(form, signIn),
    // Gone as soon as there is a status: the answer, with its personal data, is not stored, and no failed call stays
    // behind to block the declaration (forms CLIENT 10).
    conditionals: offReview(form, and(hasTicket, not(hasStatus(ids.status))))
  }
}

export function fetchLoaderField(form: Form): HighlightedLoaderField {
  return { ...loader(form, isLoading(form)), variant: 'highlighted' }
}

/** OpenCRVS 1.9: the address is read for tickets alone, since every change of this field sends a request. */
export function ticketField(form: Form): QueryParamReaderField {
  const { ids, texts, person } = form
  return {
    id: ids.queryParams,
    type: 'QUERY_PARAM_READER',
    label: texts['queryParams.label'],
    configuration: { pickParams: [ticketParam(person)] },
    conditionals: offReview(form)
  }
}

/** OpenCRVS 1.9: a cancelled sign-in is read apart, so that it sends no request and empties no field. */
export function queryProblemField(form: Form): QueryParamReaderField {
  const { ids, texts, person } = form
  return {
    id: ids.queryProblem,
    type: 'QUERY_PARAM_READER',
    label: texts['queryProblem.label'],
    ...parents([ids.queryParams]),
    configuration: { pickParams: [problemParam(person)] },
    conditionals: offReview(form)
  }
}

/**
 * OpenCRVS 1.9: must be there before the ticket is, or the change is not seen. Keeps its value, in which the evidence
 * is, and goes only with a failed call's, which would block the declaration. It must not disappear for any other status
 * that the server may put in the record: 1.9 refuses records with a value in a hidden field (forms FACTS 5).
 */
export function triggeredFetchField(
  form: Form,
  signIn: SignInMethod
): TriggeredHttpField {
  const { ids, texts } = form
  return {
    id: ids.fetch,
    type: 'HTTP',
    label: texts['fetch.label'],
    ...parents([ids.queryParams]),
    secured: true,
    configuration: {
      trigger: reference(ids.queryParams),
      ...fetchConfiguration(form, signIn)
    },
    conditionals: offReview(
      form,
      or(not(isOneOf(ids.status, ['failed'])), isWithoutError(ids.fetch))
    )
  }
}

/**
 * OpenCRVS 1.9 without sign-in: has no hidden texts, so the server's evidence stands in a reader that never reads. Its
 * value has the shape of the field that it stands for.
 */
export function evidenceKeeperField(form: Form): QueryParamReaderField {
  const { ids, texts, qrCode } = form
  return {
    id: ids.fetch,
    type: 'QUERY_PARAM_READER',
    label: texts['evidence.label'],
    ...parents(qrCode === undefined ? [] : [ids.reader]),
    secured: true,
    configuration: { pickParams: [] },
    conditionals: offReview(form)
  }
}

/** OpenCRVS 1.9: a reload in the middle leaves `loading` behind for ever, but a reset takes the ticket away. */
export function plainFetchLoaderField(form: Form): LoaderField {
  const { ids, person } = form
  const hasTicket = hasText(ids.queryParams, ['data', ticketParam(person)])
  return loader(form, and(isLoading(form), hasTicket))
}

/** The button. What it opens begins the sign-in and knows for whom. */
export function signInButton(
  form: Form,
  signIn: SignInMethod
): LinkButtonField {
  const { ids, texts, person, event, version } = form
  const url = new URL(signIn.startUrl)
  url.searchParams.set('person', person)
  url.searchParams.set('event', event)
  return {
    id: ids.signIn,
    type: 'LINK_BUTTON',
    label: texts['signIn.label'],
    configuration: {
      url: url.href,
      text: texts['signIn.text'],
      icon: signIn.icon
    },
    // 2.x does that by itself.
    ...(version === '1.9' && {
      conditionals: [{ type: 'ENABLE', conditional: isOnline() }]
    })
  }
}

function isLoading({ ids }: Form): Condition {
  return not(isFalsy(ids.fetch, 'loading'))
}

function fetchConfiguration(
  { ids, person }: Form,
  { redeemUrl, timeoutMs }: SignInMethod
): HttpField['configuration'] {
  return {
    url: redeemUrl,
    method: 'POST',
    // Never in a body: what a body refers to stays what it was at the first request (forms CLIENT 3).
    params: {
      ticket: reference(ids.queryParams, ['data', ticketParam(person)]),
      person
    },
    errorValue: { ...NO_ANSWER },
    timeout: timeoutMs
  }
}

function loader(form: Form, own: Condition): LoaderField {
  const { ids, texts } = form
  return {
    id: ids.fetchLoader,
    type: 'LOADER',
    label: texts['fetchLoader.label'],
    hideLabel: false,
    configuration: { text: texts['fetchLoader.text'] },
    conditionals: offReview(form, own)
  }
}
