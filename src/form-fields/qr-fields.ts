import { and, hasText, isFalsy, not } from './conditions'
import { offReview, parents } from './field-parts'
import type {
  HighlightedLoaderField,
  HttpField,
  QrReaderField
} from './field-types'
import { reference, type CheckedQrCode, type Form } from './form'
import { hasStatus } from './identity-conditions'

/** What the form takes for the result when no answer comes: what was scanned can still be checked later. */
const NO_ANSWER = { verificationStatus: 'pending', problem: 'unavailable' }

/** Has the server check a scanned credential: once for a scan, none for a scan that has no credential. */
export function qrCheckField(form: Form, qrCode: CheckedQrCode): HttpField {
  const { ids, texts, person } = form
  const credential = ['data', ...qrCode.credentialPath]
  return {
    id: ids.qrCheck,
    type: 'HTTP',
    label: texts['qrCheck.label'],
    ...parents([ids.reader]),
    secured: true,
    configuration: {
      url: qrCode.checkUrl,
      method: 'POST',
      // In a body, the first card would be checked in place of the second (forms CLIENT 3).
      params: { credential: reference(ids.reader, credential), person },
      errorValue: { ...NO_ANSWER },
      timeout: qrCode.timeoutMs
    },
    conditionals: offReview(
      form,
      and(hasText(ids.reader, credential), not(hasStatus(ids.status)))
    )
  }
}

export function qrLoaderField(form: Form): HighlightedLoaderField {
  const { ids, texts } = form
  return {
    id: ids.qrLoader,
    type: 'LOADER',
    label: texts['qrLoader.label'],
    hideLabel: false,
    variant: 'highlighted',
    configuration: { text: texts['qrLoader.text'] },
    conditionals: offReview(form, not(isFalsy(ids.qrCheck, 'loading')))
  }
}

/** The button. The client sets nothing when what it read is not JSON. */
export function qrButton({ ids, texts }: Form): QrReaderField {
  return { id: ids.qrCode, type: 'QR_READER', label: texts['qrCode.label'] }
}
