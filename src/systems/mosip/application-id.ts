import type { MosipOptions } from './options'

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** Digits of the largest number that a UUID's 128 bits hold. */
const DECIMAL_DIGITS = 39

type Form = NonNullable<MosipOptions['applicationId']>

/**
 * The application id (AID) of a delivery: its own id, which is on disk before
 * MOSIP sees it and the same on every attempt. MOSIP overwrites a packet that
 * comes again with a known AID, and mints a second UIN for a new one (FACTS
 * 2.2), so nothing else may ever be made of it.
 *
 * MOSIP keeps it in a column of 39 characters. A UUID has 36; `decimal` is the
 * same 128 bits in exactly 39 digits, for a MOSIP whose stages demand digits.
 *
 * @returns undefined when the reference is no UUID, and so none of ours
 */
export function applicationIdOf(
  reference: string,
  form: Form
): string | undefined {
  if (!UUID.test(reference)) return undefined
  if (form === 'uuid') return reference
  const number = BigInt(`0x${reference.replaceAll('-', '')}`)
  return number.toString().padStart(DECIMAL_DIGITS, '0')
}

/** The delivery that an application id stands for. One that is not ours stays as it is, and is found nowhere. */
export function referenceOf(applicationId: string, form: Form): string {
  if (form === 'uuid' || !/^\d{39}$/.test(applicationId)) return applicationId
  const hex = BigInt(applicationId).toString(16).padStart(32, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
