/** Where the client is, as far as the measured server knows. */
export const CLIENT = 'http://127.0.0.1'

/** Under which the plugin's routes are. */
export const PREFIX = '/national-id'

/** The page of a record's form. */
export function formPage(eventId: string): string {
  return `${CLIENT}/events/declare/${eventId}/pages/people`
}

/** What the client sends with a form's HTTP field: no body, and the page's own address. */
export function formHeaders(
  eventId: string,
  token: string
): Record<string, string> {
  return { authorization: `Bearer ${token}`, referer: formPage(eventId) }
}
