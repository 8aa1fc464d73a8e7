import type { FormAnswer } from 'opencrvs-national-id'
import type { Answer } from '../call'
import type { Refusal } from '../load'

/** Whether the form was given this status, with evidence for it. */
export function givesStatus(status: FormAnswer['verificationStatus']): Refusal {
  return (answer) => {
    const { verificationStatus, evidence, problem } = formAnswer(answer)
    if (verificationStatus !== status)
      return `says ${verificationStatus} (${problem ?? 'no problem'}), not ${status}`
    return evidence === undefined ? 'has no evidence' : undefined
  }
}

/** @throws when the answer is not for a form */
export function formAnswer({ status, body }: Answer): FormAnswer {
  if (status !== 200) throw new Error(`a form was answered ${status}, not 200`)
  // Our own server's; what matters of it is looked at by whoever asks.
  return JSON.parse(body) as FormAnswer
}

/** A bare hapi server has nothing to say. */
export function isNot200({ status }: Answer): string | undefined {
  return status === 200 ? undefined : `has the status ${status}, not 200`
}
