/** What a developer wants to see: values, calls, and what stands in the way of DECLARE. */
export const DRAWER = String.raw`
function section(title, ...children) {
  return el('section', {}, el('h3', {}, title), ...children)
}

function json(value) {
  return el('pre', { tabindex: '0' }, JSON.stringify(value, null, 2))
}

function describeCall(entry) {
  const { request, outcome } = entry
  const url = new URL(request.url)
  const word = !outcome ? (entry.state === 'waiting' ? 'waiting to try again' : 'under way')
    : outcome.kind === 'answered' ? String(outcome.status)
      : outcome.kind === 'timedOut' ? 'timed out' : 'no answer'
  return el('li', {},
    el('p', {}, el('strong', {}, request.fieldId), ' ', el('span', { class: 'word' }, word),
      request.attempt > 1 ? ' (second try)' : ''),
    el('code', {}, request.method + ' ' + url.pathname + url.search),
    request.body ? el('code', {}, request.body) : null,
    outcome && outcome.kind === 'answered' ? el('details', {}, el('summary', {}, 'Answer'), el('pre', {}, pretty(outcome.text))) : null)
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function drawDrawer(element, view, log) {
  if (element.hidden || !view) return
  const open = [...element.querySelectorAll('details')].map((details) => details.open)
  const { scrollTop } = element
  element.replaceChildren(
    el('h2', {}, 'Behind the form'),
    section('DECLARE',
      el('p', {}, view.canDeclare ? 'Possible.' : 'Not possible:'),
      el('ul', {}, view.problems.map((problem) => el('li', {},
        el('strong', {}, problem.fieldId), ': ' + problem.message,
        problem.isShown ? '' : ' – OpenCRVS shows nothing of this anywhere')))),
    section('Calls of HTTP fields',
      log.length === 0 ? el('p', {}, 'None yet.') : el('ul', { class: 'calls' }, log.map(describeCall))),
    section('Values', json(view.values)),
    section('Remembered for hidden fields', json(view.remembered)),
    view.faults.length === 0 ? '' : section('Browser console', el('ul', {}, view.faults.map((fault) => el('li', {}, fault))))
  )
  ;[...element.querySelectorAll('details')].forEach((details, index) => { details.open = open[index] === true })
  element.scrollTop = scrollTop
}
`
