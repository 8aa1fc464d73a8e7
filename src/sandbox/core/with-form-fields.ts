import { readPages, type PageInput } from '../playground/form-description'
import { defaultEventConfigurations } from './default-event-configurations'
import type { EventConfiguration } from './event-configuration'

type Page = EventConfiguration['declaration']['pages'][number]

/**
 * Event configurations whose declarations may hold the fields of a form, beside
 * those that they have; for `createCoreSimulator`, which refuses a declaration
 * with a field that it does not know. A field that is there already becomes the
 * form's, wherever it stood. The configurations given stay as they are.
 *
 * @param pages the pages that `createPlayground` takes
 * @param eventType which event the form declares
 * @throws Error when there is no such event, or a field has no id or type
 *
 * @example
 * const pages = [{ id: 'mother', title: 'Mother’s details', fields }]
 * const core = createCoreSimulator({
 *   eventConfigurations: withFormFields(pages)
 * })
 */
export function withFormFields(
  pages: readonly PageInput[],
  configurations: readonly EventConfiguration[] = defaultEventConfigurations(),
  eventType = 'birth'
): EventConfiguration[] {
  if (!configurations.some(({ id }) => id === eventType)) {
    const known = configurations.map(({ id }) => id).join(', ')
    throw new Error(
      `The form's fields were added to no event: there is none of type ${eventType}. Known types: ${known}.`
    )
  }
  const formPages = readPages(pages)
  return configurations.map((event) =>
    event.id === eventType ? withPages(event, formPages) : event
  )
}

function withPages(
  event: EventConfiguration,
  formPages: ReturnType<typeof readPages>
): EventConfiguration {
  const added = new Set(
    formPages.flatMap(({ fields }) => fields.map(({ id }) => id))
  )
  const merged = new Map(
    event.declaration.pages.map((page): [string, Page] => [
      page.id,
      { ...page, fields: page.fields.filter(({ id }) => !added.has(id)) }
    ])
  )
  for (const { id, fields } of formPages) {
    const page = merged.get(id) ?? { id, fields: [] }
    const own = fields.map((field) => ({ id: field.id, type: field.type }))
    merged.set(id, { ...page, fields: [...page.fields, ...own] })
  }
  return {
    ...event,
    declaration: { ...event.declaration, pages: [...merged.values()] }
  }
}
