import type { FormVersion } from './field-types'
import { formFieldsError } from './form-fields-error'

/**
 * Words that every value of their kind answers to, whatever the data say. Read as a key, `sub` of a text gives a
 * function of JavaScript itself, which made a declaration impossible to send (forms CLIENT 2).
 */
const EVERY_VALUE: readonly object[] = [
  Object(''),
  Object(0),
  Object(false),
  [],
  {}
]

const TIMEOUT_MS = { least: 1000, most: 30_000 }

/** The two lines that there are forms for. */
export function checkVersion(version: string): asserts version is FormVersion {
  if (version !== '1.9' && version !== '2') {
    throw formFieldsError(
      `There are no form fields for OpenCRVS version "${version}"; say '1.9' or '2'.`
    )
  }
}

/** The prefix of a person's fields also stands in query parameters and addresses. */
export function checkPerson(person: string): void {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(person)) {
    throw formFieldsError(
      `"${person}" cannot be the prefix of a person's fields: it is made of letters, digits and hyphens, like "mother".`
    )
  }
}

/**
 * A path of the client's own origin. The client sends the user's session token along with every HTTP field's request,
 * to whatever host its address names (forms FACTS 4), so anything that could name a host is refused. Tabs and line
 * ends too: the browser drops them, and two slashes may be left.
 */
export function checkPath(option: string, url: string): void {
  if (!/^\/(?!\/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/.test(url)) {
    throw formFieldsError(
      `${option} must be a path of the address that OpenCRVS is opened at, like "/api/countryconfig/national-id/...": the registrar's session token goes along, and must not reach another host. Nothing behind "?" or "#".`
    )
  }
}

/** The client cannot render a link that is not absolute, and adds `redirect_uri` only where there is none. */
export function checkStartUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw formFieldsError(
      'startUrl of signIn() must be an absolute http(s) address, like "https://countryconfig.example.org/national-id/authentication/start".'
    )
  }
  if (parsed.hash !== '' || parsed.searchParams.has('redirect_uri')) {
    throw formFieldsError(
      'startUrl of signIn() must have neither a fragment nor a redirect_uri: OpenCRVS adds the address of the form page as redirect_uri, and only where there is none.'
    )
  }
}

/** Each failure is awaited twice (forms FACTS 4), while the fields that listen are empty. */
export function checkTimeout(option: string, timeoutMs: number): void {
  const { least, most } = TIMEOUT_MS
  if (!Number.isInteger(timeoutMs) || timeoutMs < least || timeoutMs > most) {
    throw formFieldsError(
      `${option} must be a whole number of milliseconds from ${least} to ${most}.`
    )
  }
}

/** A path inside the JSON of a QR code: one key of an object after the other. */
export function checkScanPath(option: string, path: readonly string[]): void {
  if (path.length === 0) {
    throw formFieldsError(`${option} is empty; name at least one key.`)
  }
  for (const key of path) {
    checkKey(option, key)
    if (EVERY_VALUE.some((value) => key in value)) {
      throw formFieldsError(
        `${option} names the key "${key}", which every text or list of JavaScript has: a foreign QR code could put a function into the form and so block the declaration. Leave it out, or have the card use another key.`
      )
    }
  }
}

/** An attribute's name in the server's answer, `data.attributes.<name>`. */
export function checkAttribute(name: string): void {
  checkKey('The name of an attribute', name)
  if (name in {}) {
    throw formFieldsError(
      `An attribute cannot be called "${name}": every object of JavaScript has something by that name.`
    )
  }
}

/** The client takes a dot in a key for the dot in a field's id (makeFormFieldIdFormikCompatible, both tags). */
function checkKey(what: string, key: string): void {
  if (key === '' || key.includes('.')) {
    throw formFieldsError(
      `${what} has the key "${key}": keys must not be empty and have no dot, or OpenCRVS does not find them. For a path, give each key by itself: ['person', 'name'].`
    )
  }
}
