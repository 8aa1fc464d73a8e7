/** What became of a declaration: what matters first, and what is long folded. */
export const RESULT = String.raw`
/** Longer texts are folded. */
const FOLDED_FROM = 120

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the hook said, by a number named status, that it was not taken. */
function isRefusal(answer) {
  if (!isObject(answer) || typeof answer.status !== 'number') return false
  return answer.status < 200 || answer.status > 299
}

function rankOf(name) {
  const first = ['status', 'error'].indexOf(name)
  return first >= 0 ? first : name.endsWith('.verified') ? 2 : 3
}

function drawValues(values) {
  const entries = Object.entries(values).sort(([one], [other]) => rankOf(one) - rankOf(other))
  return el('dl', { class: 'rows' }, entries.map(([name, value]) => {
    const isForm = isObject(value) && Object.keys(value).some((key) => key.includes('.'))
    return el('div', { 'data-value': name, class: isForm ? 'whole' : undefined },
      el('dt', {}, name),
      el('dd', {}, isForm ? drawValues(value) : drawValue(name, value)))
  }))
}

function drawValue(name, value) {
  if (name.endsWith('.verified') && Object.hasOwn(STATUS_ICONS, value)) return pill({ value, pill: value })
  if (value === null || value === '') return el('span', { class: 'none' }, value === null ? 'null' : '–')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.length < FOLDED_FROM) return text
  return el('details', { open: name === 'error' },
    el('summary', {}, text.slice(0, 24) + '… (' + text.length + ' characters)'),
    el('pre', { tabindex: '0' }, typeof value === 'string' ? value : JSON.stringify(value, null, 2)))
}

function drawResult({ declaration, answer }, goBack) {
  const isRefused = isRefusal(answer)
  return el('section', { class: isRefused ? 'card refused' : 'card', id: isRefused ? 'refused' : 'declared' },
    el('h1', {}, isRefused ? 'Refused' : 'Declared'),
    answer === null ? '' : [
      el('h2', {}, 'Answer'),
      isObject(answer) ? drawValues(answer) : json(answer)],
    el('h2', {}, 'What OpenCRVS sends to its core'),
    drawValues(declaration),
    el('div', { class: 'buttons' },
      isRefused ? el('button', { type: 'button', class: 'button primary', onclick: goBack }, 'Back to review') : null,
      el('a', { class: isRefused ? 'button second' : 'button primary', href: '/new' }, 'Start another declaration')))
}
`
