import type { ActionReference, EventReference } from '../domain/event'
import { sleep } from '../internal/clock'
import type { Logger } from '../internal/logger'

/** What a country's hook is told; see `Notice` in the options. */
export type HookNotice = {
  event: EventReference
  action: ActionReference
  deliveryId?: string
  rule?: string
  code?: string
  reason?: string
  registrationNumber?: string
}

export type HookName =
  'onAccepted' | 'onDeferred' | 'onRejected' | 'onParked' | 'onStalled'

export type HookFunctions = {
  readonly [name in HookName]?:
    ((notice: HookNotice) => void | Promise<void>) | undefined
}

export type HookRunner = {
  /** Runs the country's hook, if there is one. Never throws. */
  run(name: HookName, notice: HookNotice): Promise<void>
}

/** A hook may not hold up a record for longer than this. */
const HOOK_TIMEOUT_MS = 10_000

/** Runs a country's hooks with a deadline; a failing one is logged by its name and the delivery's id. */
export function createHookRunner(
  hooks: HookFunctions,
  logger: Logger
): HookRunner {
  async function call(
    name: HookName,
    notice: HookNotice
  ): Promise<'done' | 'late'> {
    const done = new AbortController()
    const late = sleep(HOOK_TIMEOUT_MS, done.signal).then(() => 'late' as const)
    try {
      const work = Promise.resolve(hooks[name]?.(notice)).then(
        () => 'done' as const
      )
      return await Promise.race([work, late])
    } finally {
      done.abort('over')
    }
  }

  return {
    async run(name, notice) {
      if (hooks[name] === undefined) return
      const about = {
        hook: name,
        eventId: notice.event.id,
        actionId: notice.action.id,
        deliveryId: notice.deliveryId
      }
      try {
        const outcome = await call(name, notice)
        if (outcome === 'late')
          logger.warn(
            { ...about, afterMs: HOOK_TIMEOUT_MS },
            'hook did not end in time'
          )
      } catch (error) {
        // The text of a country's error may quote what the hook was told; its name is enough to find it.
        logger.error(
          {
            ...about,
            error: error instanceof Error ? error.name : typeof error
          },
          'hook failed'
        )
      }
    }
  }
}
