import type { JsonObject, JsonValue } from '../../domain/json'
import { isJsonObject, textOf } from '../json-object'
import { readReference, type FormField } from './form-description'
import { readPath, type FormValues } from './form-values'

/** A call that the browser is to make for an HTTP field. The user's Bearer token is the browser's to add. */
export type FieldRequest = {
  method: string
  url: string
  headers: Record<string, string>
  body?: string
  timeoutMs: number
}

/** Bodies by field id, as first sent. One per load of the page. */
export type FrozenBodies = Map<string, JsonObject>

/** The client's own, where the configuration names none (forms FACTS 4). */
const DEFAULT_TIMEOUT_MS = 15_000

/**
 * The request of an HTTP field, for the form as it is now. `params` follow the
 * form; what `body` refers to is written into the configuration on the first
 * call and stays for as long as the page is loaded (forms CLIENT 3).
 *
 * @throws TypeError when the URL is none
 */
export function buildRequest(
  { id, configuration }: FormField,
  form: FormValues,
  location: URL,
  frozen: FrozenBodies
): FieldRequest {
  const url = new URL(textOf(configuration.url), location.origin)
  for (const [name, value] of entriesOf(configuration.params)) {
    const resolved = resolveReference(value, form)
    url.searchParams.append(name, String(resolved))
  }
  const body = bodyOf(id, configuration.body, form, location, frozen)
  return {
    method: textOf(configuration.method) || 'GET',
    url: url.href,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headersOf(configuration.headers)
    },
    timeoutMs: Number(configuration.timeout ?? DEFAULT_TIMEOUT_MS),
    ...(body === undefined ? {} : { body })
  }
}

function headersOf(headers: JsonValue | undefined): Record<string, string> {
  return Object.fromEntries(
    entriesOf(headers).map(([name, value]) => [name, textOf(value)])
  )
}

function bodyOf(
  id: string,
  body: JsonValue | undefined,
  form: FormValues,
  location: URL,
  frozen: FrozenBodies
): string | undefined {
  if (!isJsonObject(body)) return undefined
  const sent =
    frozen.get(id) ??
    // What resolves to nothing vanishes, as it does in the client's JSON.
    toJson(
      Object.fromEntries(
        entriesOf(body).map(([name, value]) => [
          name,
          resolveBodyEntry(value, form, location)
        ])
      )
    )
  frozen.set(id, sent)
  return JSON.stringify(sent)
}

function toJson(value: object): JsonObject {
  // An object of what JSON.stringify writes is read back as an object.
  return JSON.parse(JSON.stringify(value)) as JsonObject
}

/** Top-level entries alone; of texts beginning with `$` only the window's address is known (forms FACTS 4). */
function resolveBodyEntry(
  value: JsonValue,
  form: FormValues,
  location: URL
): unknown {
  if (typeof value === 'string' && value.startsWith('$')) {
    return windowVariables(location)[value]
  }
  return resolveReference(value, form)
}

function windowVariables({
  href,
  pathname,
  hostname,
  origin
}: URL): Record<string, string> {
  return {
    '$window.location.href': href,
    '$window.location.pathname': pathname,
    '$window.location.hostname': hostname,
    '$window.location.originPathname': `${origin}${pathname}`
  }
}

function resolveReference(value: JsonValue, form: FormValues): unknown {
  const reference = readReference(value)
  return reference === undefined
    ? value
    : readPath(form[reference.field], reference.path)
}

function entriesOf(value: JsonValue | undefined): Array<[string, JsonValue]> {
  return isJsonObject(value) ? Object.entries(value) : []
}
