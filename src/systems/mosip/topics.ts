import type { CheckedWebSub } from './options'

/** The topics that we subscribe to. MOSIP's begin with the partner's id (FACTS 6). */
export function topicsOf({ partnerId, topics }: CheckedWebSub): {
  credentials: string
  packetStatus: string | undefined
} {
  return {
    credentials: topics.credentials ?? `${partnerId}/CREDENTIAL_ISSUED`,
    packetStatus: topics.packetStatus
  }
}
