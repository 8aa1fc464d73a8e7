import { createMosipSimulator } from 'opencrvs-national-id/sandbox'
import { SURNAME, born, called, numbered } from '../basic/made-up'
import { until } from '../basic/steps'
import { about } from '../basic/timeline'
import { startCountry } from '../basic/world'
import { createMosipNationalId } from './national-id'

/** People whom MOSIP knows before anything is played. */
export const FATHER = {
  name: `${called('Femi')} ${SURNAME}`,
  dateOfBirth: born('1990-05-17').replaceAll('-', '/'),
  gender: 'male',
  vid: numbered('7000000000000017')
}
export const DECEASED = {
  name: `${called('Otto')} ${SURNAME}`,
  dateOfBirth: born('1950-02-03').replaceAll('-', '/'),
  gender: 'Male',
  vid: numbered('8000000000000017')
}

/** The country with a simulated MOSIP. */
export type MosipWorld = Awaited<ReturnType<typeof startMosipWorld>>

export async function startMosipWorld() {
  const mosip = createMosipSimulator({ people: [FATHER, DECEASED] })
  await mosip.start()
  const country = await startCountry((settings) =>
    createMosipNationalId({ ...settings, mosip: mosip.connection })
  )
  const { core, provider } = country
  // Both topics, the credentials and the packet status.
  await until(
    () => mosip.subscriptions.filter(({ isActive }) => isActive).length === 2
  )
  return {
    ...country,
    mosip,
    calm() {
      mosip.faults.clear()
      mosip.behave({
        processAfterMs: 150,
        refuse: () => undefined,
        review: 'approve',
        callbacks: { delivery: 'send', copies: 1 }
      })
    },
    voices: (references: readonly string[]) => [
      { name: 'core', entries: about(core.log.entries, references) },
      // The logs of MOSIP and eSignet have no bodies, since those hold people. Nothing else is going on.
      { name: 'MOSIP', entries: mosip.log.entries },
      {
        name: 'eSignet',
        entries: provider.log.entries.filter(({ kind }) => isOurs(kind))
      }
    ],
    async stop() {
      await country.stop()
      await mosip.stop()
    }
  }
}

/** Whether the server makes such a call; the others are the browser's. */
function isOurs(kind: string): boolean {
  return ['discovery', 'jwks', 'token', 'userinfo'].includes(kind)
}
