import { StoreError } from '../domain/errors'
import type { Runtime } from './runtime'

/**
 * The signed UserInfo behind people's evidence, by the prefix of the person. It is read only for a request to the ID
 * system that is about to be stored, and goes nowhere else: never to core, the form, a log or the audit trail.
 *
 * @param evidence ids of evidence that was found good at this action, by the prefix of the person
 * @throws StoreError when the store cannot be read now; the action is then asked about again
 */
export async function keptUserInfos(
  runtime: Runtime,
  evidence: Readonly<Record<string, string>>
): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(evidence).map(async ([person, evidenceId]) => {
      const text = await userInfoBehind(runtime, evidenceId)
      return text === undefined ? [] : [[person, text] as const]
    })
  )
  return Object.fromEntries(found.flat())
}

/** What will never open, however often it is tried: the registration must not wait for it. */
const LASTING = new Set(['ERR_SEAL_BROKEN', 'ERR_KEY_MISSING'])

async function userInfoBehind(
  { delivery: { clock, logger, store } }: Runtime,
  evidenceId: string
): Promise<string | undefined> {
  try {
    return await store.findProof({ evidenceId, now: clock.now() })
  } catch (failure) {
    if (!(failure instanceof StoreError) || !LASTING.has(failure.code)) {
      throw failure
    }
    logger.error(
      { evidence: evidenceId, code: failure.code },
      'the signed UserInfo behind an evidence cannot be opened; it is left out of the request'
    )
    return undefined
  }
}
