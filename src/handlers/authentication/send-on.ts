import type { ResponseObject, ResponseToolkit } from '@hapi/hapi'

/**
 * Sends the browser on, without telling the next page where it comes from (RFC 9700 4.2.4), and so that no cache keeps
 * the address.
 */
export function sendOn(h: ResponseToolkit, location: string): ResponseObject {
  return h
    .redirect(location)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
}
