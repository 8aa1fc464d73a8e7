import * as Iron from '@hapi/iron'
import {
  readPendingSignIn,
  toSealable,
  type PendingSignIn
} from '../../authentication/sign-in/pending-sign-in'
import type { Cipher } from '../../internal/encryption'

/** Seals a sign-in for the browser to keep, so that any server process can go on with it. */
export type SignInSealer = {
  seal(signIn: PendingSignIn): Promise<string>
  /** Undefined when it was changed, is none, or was sealed with a key that is no longer in `secrets.encryption`. */
  unseal(sealed: string): Promise<PendingSignIn | undefined>
}

const PURPOSE = 'sign-in cookie'

/** Its end is inside, and judged by our own clock. */
const OPTIONS = { ...Iron.defaults, ttl: 0 }

/** Made with the keys of `secrets.encryption`: sealed with the current one, opened with any that is in the ring. */
export function createSignInSealer(
  cipher: Pick<Cipher, 'keyFor'>
): SignInSealer {
  function keys(keyId?: string) {
    const { keyId: id, key: encryption } = cipher.keyFor(PURPOSE, keyId)
    const { key: integrity } = cipher.keyFor(`${PURPOSE} integrity`, keyId)
    return { id: toIronId(id), encryption, integrity }
  }
  return {
    seal: (signIn) => Iron.seal(toSealable(signIn), keys(), OPTIONS),
    async unseal(sealed) {
      try {
        const ironId = sealed.split('*')[1] ?? ''
        const { encryption, integrity } = keys(fromIronId(ironId))
        const ring = { [ironId]: { encryption, integrity } }
        const opened: unknown = await Iron.unseal(sealed, ring, OPTIONS)
        return readPendingSignIn(opened)
      } catch {
        // Whatever is wrong with it, it is the browser's, and the answer is the same.
        return undefined
      }
    }
  }
}

/** Iron takes letters, digits and `_` alone; our key ids have more. */
function toIronId(keyId: string): string {
  return Buffer.from(keyId, 'utf8').toString('hex')
}

function fromIronId(ironId: string): string {
  return Buffer.from(ironId, 'hex').toString('utf8')
}
