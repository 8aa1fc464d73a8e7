import type { Lifecycle, Plugin } from '@hapi/hapi'
import type { NationalIdOptions } from './config/options'
import { resolveOptions } from './config/resolve'
import { actionHandler, type ActionOptions } from './handlers/action'
import type { FormVersion, IdentityFields } from './form-fields'
import { instanceFields, type FormOptions } from './identity-form'
import { createInstance } from './plugin'

/** What a country gets for its options. */
export type NationalId = {
  /** Register it on the server before starting it; it mounts our routes and runs the delivery worker. */
  plugin: Plugin<void>
  handlers: {
    /**
     * The handler for action triggers, for the route that the country's template declares:
     *
     * ```ts
     * server.route({
     *   method: 'POST',
     *   path: '/trigger/events/{event}/actions/{action}',
     *   handler: nationalId.handlers.action({ otherwise: onAnyActionHandler }),
     *   options: { payload: { maxBytes: 20 * 1024 * 1024 } }
     * })
     * ```
     */
    action(options?: ActionOptions): Lifecycle.Method
  }
  /**
   * The form fields by which a person's identity comes into a declaration, for the page of that person:
   *
   * ```ts
   * const mother = nationalId.identityFields('mother', { event: 'birth', show: requireMotherDetails })
   * const fields = [...mother.fields, mother.fill('name', nameField), mother.fill('dateOfBirth', dobField)]
   * ```
   *
   * @throws NationalIdError `ERR_FORM_FIELDS` when the form would not fit the server
   */
  identityFields<V extends FormVersion = '2'>(
    person: string,
    form: FormOptions<V>
  ): IdentityFields<V>
}

/**
 * Joins a country configuration to its national ID system.
 *
 * Checks the options and builds; does no I/O and keeps nothing global, so that two instances in one process work.
 *
 * @throws OptionsError with every mistake at once
 */
export function createNationalId(options: NationalIdOptions): NationalId {
  const resolved = resolveOptions(options)
  const instance = createInstance(resolved)
  return {
    plugin: instance.plugin,
    handlers: {
      action: (settings) => actionHandler(instance.runtime, settings)
    },
    identityFields: (person, form) => instanceFields(resolved, person, form)
  }
}
