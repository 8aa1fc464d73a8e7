/** Which drawing belongs to which type, and the list of a page's fields. */
export const FIELDS = String.raw`
function drawPlain(tag, className) {
  return (view) => {
    const element = el(tag, { class: className, 'data-field': view.id })
    return { element, update: (next) => { element.textContent = next.text || '' } }
  }
}

function drawHidden(view) {
  const element = el('input', { type: 'hidden', 'data-field': view.id })
  return { element, update: (next) => { element.value = next.value == null ? '' : String(next.value) } }
}

function drawUnknown(view) {
  const element = el('p', { class: 'field missing', 'data-field': view.id })
  return {
    element,
    update: (next) => { element.textContent = next.label + ': the playground does not draw ' + next.type + ' fields.' }
  }
}

const DRAWINGS = {
  ALPHA_HIDDEN: drawHidden,
  BUTTON: drawButton,
  CHECKBOX: drawCheckbox,
  DIVIDER: drawPlain('hr', 'divider'),
  HEADING: drawPlain('h2', 'heading'),
  ID_READER: drawReader,
  LINK_BUTTON: drawLink,
  LOADER: drawLoader,
  NAME: drawName,
  PAGE_HEADER: drawPlain('h2', 'heading'),
  PARAGRAPH: drawPlain('p', 'field paragraph'),
  QR_READER: (view, page) => {
    const element = el('div', { class: 'field', 'data-field': view.id })
    return { element, update: (next) => element.replaceChildren(drawMethod(next, view.id, page)) }
  },
  RADIO_GROUP: drawRadios,
  SELECT: drawSelect,
  VERIFICATION_STATUS: drawStatus
}
for (const type of ['TEXT', 'TEXTAREA', 'ID', 'PHONE', 'EMAIL', 'NUMBER', 'DATE', 'TIME']) DRAWINGS[type] = drawText

/** Keeps an element for as long as its field is shown, so that focus and caret stay where they are. */
function createFieldList(page) {
  const element = el('div', { class: 'fields' })
  let drawn = new Map()
  return {
    element,
    update(views) {
      const next = new Map()
      for (const view of views) {
        const old = drawn.get(view.id)
        const isSame = old && old.type === view.type
        const field = isSame ? old : { type: view.type, ...(DRAWINGS[view.type] || drawUnknown)(view, page) }
        const json = JSON.stringify(view)
        const isAhead = page.isAhead(view.id)
        if (field.json !== json || isAhead) field.update(view, isAhead)
        field.json = isAhead ? undefined : json
        next.set(view.id, field)
      }
      for (const [id, field] of drawn) if (next.get(id) !== field) field.element.remove()
      let before = null
      for (const field of [...next.values()].reverse()) {
        if (field.element.nextSibling !== before || field.element.parentNode !== element) {
          element.insertBefore(field.element, before)
        }
        before = field.element
      }
      drawn = next
    }
  }
}
`
