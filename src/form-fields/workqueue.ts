import type { FormVersion, Message } from './field-types'

/** Nothing in core knows this name; it is the one that OpenCRVS's own country configuration uses (forms FACTS 10). */
const SLUG = 'in-external-validation'

type Workqueue = {
  slug: string
  icon: 'FileText'
  name: Message
}

/** By the line of OpenCRVS: each refuses or drops what is the other's. */
type WorkqueueByVersion = {
  '1.9': Workqueue & {
    query: {
      flags: { anyOf: string[] }
      updatedAtLocation: {
        type: 'exact'
        term: { $userField: 'primaryOfficeId' }
      }
    }
    actions: Array<{ type: 'DEFAULT'; conditionals: [] }>
  }
  '2': Workqueue & {
    query: {
      flags: { anyOf: string[] }
      updatedAtLocation: {
        type: 'within'
        location: { $userField: 'administrativeAreaId' }
      }
    }
    action: { type: 'READ' }
  }
}

/** A workqueue as the country configuration's list of them takes it. */
export type ExternalValidationWorkqueue<V extends FormVersion = '2'> =
  WorkqueueByVersion[V]

/**
 * The workqueue of registrations that wait for the national ID system: core has our 202 and no acceptance yet.
 * 1.9 shows those of the user's office, 2.x those of the user's area.
 */
export function externalValidationWorkqueue<V extends FormVersion = '2'>(
  options: { version?: V } = {}
): ExternalValidationWorkqueue<V> {
  const { version } = options
  const common = {
    slug: SLUG,
    icon: 'FileText',
    name: {
      id: 'workqueues.inExternalValidation.title',
      defaultMessage: 'Pending external validation',
      description: 'Title of pending external validation workqueue'
    }
  } as const
  const flags = { anyOf: ['register:requested'] }
  const byVersion: WorkqueueByVersion = {
    '1.9': {
      ...common,
      query: {
        flags,
        updatedAtLocation: {
          type: 'exact',
          term: { $userField: 'primaryOfficeId' }
        }
      },
      actions: [{ type: 'DEFAULT', conditionals: [] }]
    },
    '2': {
      ...common,
      query: {
        flags,
        updatedAtLocation: {
          type: 'within',
          location: { $userField: 'administrativeAreaId' }
        }
      },
      action: { type: 'READ' }
    }
  }
  // V is '2' unless a version is given.
  return byVersion[version ?? ('2' as V)]
}

type WorkqueueScopeByVersion = {
  '1.9': string
  '2': { type: 'workqueue'; options: { ids: string[] } }
}

/**
 * What a role must have to see the workqueue: one scope that lists all of the role's workqueues. The role also needs to
 * read and search records, see docs/form-fields.md.
 *
 * @param options.others slugs of the other workqueues of the role, in the order of the menu
 */
export function workqueueScope<V extends FormVersion = '2'>(
  options: { version?: V; others?: readonly string[] } = {}
): WorkqueueScopeByVersion[V] {
  const ids = [...(options.others ?? []), SLUG]
  const byVersion: WorkqueueScopeByVersion = {
    '1.9': `workqueue[id=${ids.join('|')}]`,
    '2': { type: 'workqueue', options: { ids } }
  }
  // V is '2' unless a version is given.
  return byVersion[options.version ?? ('2' as V)]
}
