/** The two dialogs: choosing a code to scan, and confirming a revocation. */
export const DIALOGS = String.raw`
/** Opens a dialog; gives what it was closed with, or undefined. */
function openDialog(title, build) {
  return new Promise((resolve) => {
    let result
    const close = (value) => {
      result = value
      dialog.close()
    }
    const dialog = el('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' },
      el('h2', { id: 'dialog-title' }, title), build(close))
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(result)
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}

function confirmDialog(title, text, action) {
  return openDialog(title, (close) => [
    el('p', {}, text),
    el('div', { class: 'dialog-actions' },
      el('button', { type: 'button', class: 'button quiet', onclick: () => close(false) }, 'Cancel'),
      el('button', { type: 'button', class: 'button danger', onclick: () => close(true) }, action))
  ])
}

function scanDialog(samples) {
  return openDialog('Scan a QR code', (close) => {
    const text = el('textarea', { id: 'scan-text', rows: 4, spellcheck: 'false', 'aria-describedby': 'scan-hint' })
    const hint = el('p', { id: 'scan-hint', class: 'hint' },
      'What the camera reads. OpenCRVS takes JSON and nothing else.')
    const use = () => {
      try {
        JSON.parse(text.value)
      } catch {
        hint.textContent = 'This is not JSON: OpenCRVS would take nothing from it.'
        hint.className = 'hint error'
        text.focus()
        return
      }
      close(text.value)
    }
    return [
      samples.length === 0 ? null : el('p', {}, 'Hold somebody’s card in front of the camera:'),
      el('div', { class: 'samples' }, samples.map((sample) =>
        el('button', { type: 'button', class: 'sample', onclick: () => close(sample.content) },
          icon('qr'),
          el('span', {}, el('strong', {}, sample.label), sample.remark ? el('small', {}, sample.remark) : null)))),
      el('label', { for: 'scan-text' }, samples.length === 0 ? 'Paste the content of a code' : 'or paste the content of a code'),
      text, hint,
      el('div', { class: 'dialog-actions' },
        el('button', { type: 'button', class: 'button quiet', onclick: () => close(undefined) }, 'Cancel'),
        el('button', { type: 'button', class: 'button primary', onclick: use }, 'Use this content'))
    ]
  })
}
`
