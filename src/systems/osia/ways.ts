import { isRecord } from '../../internal/json'

/**
 * Whether events are published: the mode says so, and there is an engine. Takes
 * options that may not be checked yet.
 */
export function publishes(options: {
  mode?: unknown
  urls?: unknown
}): boolean {
  const { mode = 'pull', urls } = options
  return mode !== 'push' && isRecord(urls) && urls.notification !== undefined
}

/** Whether the population register is written to. */
export function writes(options: { mode?: unknown; urls?: unknown }): boolean {
  const { mode, urls } = options
  return (
    (mode === 'push' || mode === 'both') &&
    isRecord(urls) &&
    urls.populationRegistry !== undefined
  )
}
