import { randomBytes, randomInt, randomUUID } from 'node:crypto'

/** A fresh UUID, version 4. */
export function newId(): string {
  return randomUUID()
}

/** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
export function randomFraction(): number {
  return randomInt(0, 2 ** 32) / 2 ** 32
}

/** Random bytes for keys and nonces. */
export function secretBytes(length: number): Buffer {
  return randomBytes(length)
}
