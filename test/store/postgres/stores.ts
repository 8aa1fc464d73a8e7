import { setTimeout } from 'node:timers/promises'
import { createCipher } from '../../../src/internal/encryption'
import { systemClock } from '../../../src/internal/clock'
import type { EncryptionOption } from '../../../src/internal/key-ring'
import { postgres, type PostgresOptions } from '../../../src/store/postgres'
import type { Store } from '../../../src/store/store'
import { ENCRYPTION } from '../sample-delivery'

/** An open store that goes by the real time. */
export async function openStore(
  options: PostgresOptions,
  encryption: EncryptionOption = ENCRYPTION
): Promise<Store> {
  const cipher = await createCipher(encryption)
  const store = postgres(options).create({ cipher, clock: systemClock })
  await store.open()
  return store
}

/** Resolves when it is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  patienceMs = 15_000
): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not come to that')
    await setTimeout(5)
  }
}
