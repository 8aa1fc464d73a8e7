import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { v7 } from 'uuid'

/** A fresh UUID, version 4. */
export function newId(): string {
  return randomUUID()
}

/**
 * A fresh UUID, version 7 (RFC 9562 section 5.7): later ones sort after earlier ones, so that a row with it goes to the
 * end of its index, however many rows there are. It tells when it was made, and is no secret.
 */
export function newOrderedId(): string {
  return v7()
}

/** 256 bits that nobody can guess, as 43 characters that may stand in a URL and in a cookie. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** A short name for one thing that happened, to be read out over the telephone and found again in the log. */
export function newReference(): string {
  return randomUUID().slice(0, 13)
}

/** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
export function randomFraction(): number {
  return randomInt(0, 2 ** 32) / 2 ** 32
}

/** Random bytes for keys and nonces. */
export function secretBytes(length: number): Buffer {
  return randomBytes(length)
}
