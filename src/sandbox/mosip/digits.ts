import { secretBytes } from '../../internal/ids'

/** Random decimal digits. */
export function secretDigits(count: number): string {
  const number = BigInt(`0x${secretBytes(count).toString('hex')}`)
  return number.toString().padStart(count, '0').slice(-count)
}
