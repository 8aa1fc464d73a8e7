import type {
  DeliverySecrets,
  FinalAnswer,
  StoredDelivery
} from '../../domain/delivery'
import type { Cipher } from '../../internal/encryption'
import type { DeliveryRow } from './schema'

/** The sealed columns of a row. */
export type SealedColumns = Pick<
  DeliveryRow,
  | 'sealed_token'
  | 'sealed_work'
  | 'sealed_answer'
  | 'sealed_registration_number'
>

/** What a delivery has once it ended: nothing personal, no token. */
export const ERASED: SealedColumns = {
  sealed_token: null,
  sealed_work: null,
  sealed_answer: null,
  sealed_registration_number: null
}

/** What one column of one delivery is sealed for: it opens nowhere else. */
export function deliveryContext(
  id: string,
  column: keyof SealedColumns
): string {
  return `${id}/${column}`
}

function seal(
  cipher: Cipher,
  id: string,
  column: keyof SealedColumns,
  plain: string
): Buffer {
  return cipher.seal(plain, deliveryContext(id, column))
}

/** The secrets of a new delivery, sealed. */
export function sealSecrets(
  cipher: Cipher,
  id: string,
  secrets: DeliverySecrets
): SealedColumns {
  const { request, target, corrections } = secrets
  return {
    ...ERASED,
    sealed_work: seal(
      cipher,
      id,
      'sealed_work',
      JSON.stringify({ request, target, corrections })
    ),
    ...sealChanges(cipher, id, secrets)
  }
}

/** Those of the changeable secrets that are given, sealed. */
export function sealChanges(
  cipher: Cipher,
  id: string,
  {
    token,
    answer,
    registrationNumber
  }: Pick<Partial<DeliverySecrets>, 'token' | 'answer' | 'registrationNumber'>
): Partial<SealedColumns> {
  const sealed: Partial<SealedColumns> = {}
  if (token !== undefined)
    sealed.sealed_token = seal(cipher, id, 'sealed_token', token)
  if (answer !== undefined)
    sealed.sealed_answer = seal(
      cipher,
      id,
      'sealed_answer',
      JSON.stringify(answer)
    )
  if (registrationNumber !== undefined)
    sealed.sealed_registration_number = seal(
      cipher,
      id,
      'sealed_registration_number',
      registrationNumber
    )
  return sealed
}

/**
 * The secrets of a row, opened; undefined once they were erased.
 *
 * @throws StoreError `ERR_KEY_MISSING` or `ERR_SEAL_BROKEN`
 */
export function openSecrets(
  cipher: Cipher,
  row: DeliveryRow
): StoredDelivery['secrets'] {
  const open = (column: keyof SealedColumns): string | undefined => {
    const sealed = row[column]
    return sealed === null
      ? undefined
      : cipher.open(sealed, deliveryContext(row.id, column))
  }
  const work = open('sealed_work')
  if (work === undefined) return undefined
  const token = open('sealed_token')
  const answer = open('sealed_answer')
  const registrationNumber = open('sealed_registration_number')
  return {
    // The seal proves that we wrote it, from a value of this very type.
    ...(JSON.parse(work) as Pick<
      DeliverySecrets,
      'request' | 'target' | 'corrections'
    >),
    ...(token === undefined ? {} : { token }),
    ...(answer === undefined
      ? {}
      : { answer: JSON.parse(answer) as FinalAnswer }),
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  }
}
