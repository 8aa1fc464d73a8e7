/** Status banner, identity box, buttons and loader. */
export const IDENTITY_FIELDS = String.raw`
const STATUS_ICONS = { authenticated: 'fingerprint', verified: 'verified', pending: 'pending', failed: 'failed' }

function pill(status) {
  return el('span', { class: 'pill ' + status.value }, icon(STATUS_ICONS[status.value]), status.pill)
}

function drawStatus(view, page) {
  const element = el('section', { 'data-field': view.id, 'aria-label': view.label || 'Identity status' })
  return {
    element,
    update(next) {
      const { status, label } = next
      element.className = 'field banner ' + status.value
      element.replaceChildren(
        el('header', {}, el('strong', {}, label), pill(status)),
        el('p', {}, status.description),
        el('footer', {}, el('button', {
          type: 'button', class: 'button second', disabled: !status.canRevoke,
          onclick: () => revoke(view.id, status, page)
        }, 'Revoke')))
      announce((label ? label + ': ' : '') + status.pill)
    }
  }
}

async function revoke(id, status, page) {
  const agreed = await confirmDialog(
    'Take back “' + status.pill + '”?',
    'The status goes, and with it everything that was filled in from it. The fields can be edited again.',
    'Revoke')
  if (agreed) page.act({ type: 'revoke', fieldId: id })
}

function drawReader(view, page) {
  const methods = el('div', { class: 'methods' })
  const heading = el('p', { class: 'label', id: inputId(view.id) + '-label' })
  const hint = el('p', { class: 'hint' })
  const element = el('section', {
    class: 'field box', 'data-field': view.id, 'aria-labelledby': inputId(view.id) + '-label'
  }, heading, hint, methods)
  return {
    element,
    update(next) {
      heading.textContent = next.label || 'Identity'
      hint.textContent = next.helperText || ''
      hint.hidden = !next.helperText
      methods.replaceChildren(...next.methods.map((method) => drawMethod(method, view.id, page)))
    }
  }
}

function drawMethod(method, readerId, page) {
  if (method.type === 'LINK_BUTTON') return linkButton(method, page)
  return el('button', {
    type: 'button', class: 'button primary wide', 'data-method': method.id,
    onclick: async () => {
      const text = await scanDialog(page.setup.qrCodes)
      if (text !== undefined) page.act({ type: 'scan', fieldId: readerId, text })
    }
  }, icon('qr'), method.label || 'Scan QR code')
}

function linkButton(view, page) {
  return el('a', {
    class: 'button primary wide', role: 'button', 'data-method': view.id,
    href: view.disabled ? undefined : view.href,
    'aria-disabled': view.disabled ? 'true' : undefined,
    onclick: async (event) => {
      event.preventDefault()
      if (view.disabled) return
      // What was typed last must be stored before the page is left.
      await page.idle()
      location.assign(view.href)
    }
  }, icon('fingerprint'), view.text, view.disabled ? el('small', {}, ' (needs a connection)') : null)
}

function drawLink(view, page) {
  const element = el('div', { class: 'field', 'data-field': view.id })
  return { element, update: (next) => element.replaceChildren(linkButton(next, page)) }
}

function drawLoader(view) {
  const label = el('p', { class: 'label' })
  const text = el('span', {})
  const element = el('div', { class: 'field loader', 'data-field': view.id },
    label, el('p', { class: 'loading' }, el('span', { class: 'spinner', 'aria-hidden': 'true' }), text))
  return {
    element,
    update(next) {
      label.textContent = next.label
      label.hidden = !next.label
      text.textContent = next.text
      element.classList.toggle('box', Boolean(next.isHighlighted))
      announce(next.text)
    }
  }
}

function drawButton(view, page) {
  const button = el('button', {
    type: 'button', class: 'button second', onclick: () => page.act({ type: 'press', fieldId: view.id })
  })
  const around = frame(view, button, false)
  return {
    element: around.element,
    update(next) {
      around.update(next)
      button.textContent = next.text
      button.disabled = next.disabled
    }
  }
}
`
