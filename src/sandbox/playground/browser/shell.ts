/** The page around the fields, and how it speaks with the engine. */
export const SHELL = String.raw`
const app = document.getElementById('app')
const route = /^\/events\/declare\/([^/]+)/.exec(location.pathname)
const api = route ? '/records/' + route[1] : undefined
const queue = []
const waiting = []
let setup, load, view, isBusy = false, isSent = false

const page = {
  get setup() { return setup },
  act(action) {
    queue.push(action)
    void pump()
  },
  change(fieldId, value) {
    const last = queue[queue.length - 1]
    // Typing faster than the engine answers: only the newest counts.
    if (last && last.type === 'change' && last.fieldId === fieldId) last.value = value
    else page.act({ type: 'change', fieldId, value })
  },
  touch: (fieldId) => page.act({ type: 'touch', fieldId }),
  isAhead: (fieldId) => queue.some((action) => action.type === 'change' && action.fieldId === fieldId),
  idle: () => isBusy ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()
}
const requests = createRequests((action) => page.act(action), () => drawDrawer(drawer, view, requests.log))

async function pump() {
  if (isBusy) return
  isBusy = true
  try {
    while (queue.length > 0) take(await callApi(api + '/act', { load, actions: queue.splice(0) }))
  } catch (error) {
    queue.length = 0
    stopWith(error.status === 409
      ? 'This record was opened in another window. Load the page again to go on here.'
      : 'The playground cannot be reached. Load the page again.')
  } finally {
    isBusy = false
    waiting.splice(0).forEach((resolve) => resolve())
  }
}

function take(answer) {
  const place = new URL(location.href).pathname
  view = answer.view
  const address = new URL(view.href)
  if (address.pathname !== place) history.pushState(null, '', view.href)
  else if (view.href !== location.href) history.replaceState(null, '', view.href)
  draw()
  requests.perform(answer.requests)
}

/* The frame that stays. */
const drawer = el('aside', { class: 'drawer', id: 'drawer', 'aria-label': 'Behind the form', hidden: true })
const connection = el('button', {
  type: 'button', class: 'switch', role: 'switch', id: 'connection',
  onclick: () => {
    const online = !view.online
    if (!online) requests.cut()
    page.act({ type: 'online', online })
    announce(online ? 'Connected' : 'Working offline')
  }
}, el('span', { class: 'knob', 'aria-hidden': 'true' }), el('span', { class: 'word' }))
const drawerButton = el('button', {
  type: 'button', class: 'button quiet', 'aria-expanded': 'false', 'aria-controls': 'drawer',
  onclick: () => {
    drawer.hidden = !drawer.hidden
    drawerButton.setAttribute('aria-expanded', String(!drawer.hidden))
    document.body.classList.toggle('with-drawer', !drawer.hidden)
    drawDrawer(drawer, view, requests.log)
  }
}, icon('code'), 'Behind the form')
const main = el('main', { class: 'page' })
const fields = createFieldList(page)
let shownPlace

function draw() {
  connection.setAttribute('aria-checked', String(view.online))
  connection.querySelector('.word').textContent = view.online ? 'Online' : 'Offline'
  document.body.classList.toggle('offline', !view.online)
  const place = view.crash ? 'crash' : view.page ? view.page.id : 'review'
  const isNew = place !== shownPlace
  shownPlace = place
  if (view.crash) drawCrash()
  else if (view.review) drawReview()
  else drawPage(isNew)
  if (isNew) {
    scrollTo(0, 0)
    const heading = main.querySelector('h1')
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }
  drawDrawer(drawer, view, requests.log)
}

function drawPage(isNew) {
  const { pages, page: shown } = view
  const at = pages.findIndex((candidate) => candidate.id === shown.id)
  if (isNew) {
    document.title = shown.title + ' – Form playground'
    main.replaceChildren(
      at > 0 ? el('button', { type: 'button', class: 'button link', onclick: () => page.act({ type: 'back' }) }, icon('back'), 'Back') : '',
      el('div', { class: 'card' },
        el('p', { class: 'step' }, 'Page ' + (at + 1) + ' of ' + pages.length),
        el('h1', {}, shown.title),
        fields.element,
        el('div', { class: 'buttons' },
          el('button', { type: 'button', class: 'button primary wide', onclick: () => page.act({ type: 'next' }) }, 'Continue'),
          el('button', { type: 'button', class: 'button second wide', onclick: () => page.act({ type: 'review' }) }, 'Go to review'))))
  }
  fields.update(shown.fields)
}

function drawReview() {
  document.title = 'Review – Form playground'
  const cards = view.pages.map((candidate) => el('section', { class: 'card' },
    el('header', { class: 'card-header' }, el('h2', {}, candidate.title),
      el('button', {
        type: 'button', class: 'button link', 'aria-label': 'Change ' + candidate.title,
        onclick: () => page.act({ type: 'open', href: pageAddress(candidate.id) })
      }, 'Change')),
    el('dl', { class: 'rows' }, view.review.filter((row) => row.pageId === candidate.id).map((row) => el('div', { 'data-row': row.id },
      el('dt', {}, row.label || row.id),
      el('dd', {}, row.status ? pill(row.status) : row.text || el('span', { class: 'none' }, '–'),
        row.error ? el('span', { class: 'error' }, row.error) : null))))))
  main.replaceChildren(
    el('h1', { class: 'review-title' }, 'Review'),
    ...cards,
    el('section', { class: 'card' },
      el('h2', {}, 'Declare'),
      view.canDeclare ? el('p', {}, 'Nothing stands in the way.') : reasons(),
      el('button', { type: 'button', class: 'button primary', id: 'declare', disabled: !view.canDeclare, onclick: declare }, 'Declare')))
}

function reasons() {
  return el('div', { class: 'reasons' }, el('p', {}, 'Not possible yet:'), el('ul', {}, view.problems.map((problem) => el('li', {},
    el('strong', {}, problem.label || problem.fieldId), ' – ' + problem.message,
    problem.isShown ? '' : el('em', {}, ' (developers: OpenCRVS shows nothing of this to the user)')))))
}

function pageAddress(pageId) {
  return '/events/declare/' + route[1] + '/pages/' + encodeURIComponent(pageId)
}

async function declare() {
  if (isSent) return
  isSent = true
  await page.idle()
  try {
    const sent = await callApi(api + '/declare', { load, actions: [] })
    announce('Declared')
    main.replaceChildren(el('section', { class: 'card', id: 'declared' },
      el('h1', {}, 'Declared'),
      el('p', {}, 'This is what OpenCRVS sends to its core:'), json(sent.declaration),
      sent.answer === null ? '' : [el('h2', {}, 'Answer'), json(sent.answer)],
      el('a', { class: 'button primary', href: '/new' }, 'Start another declaration')))
  } catch (error) {
    stopWith('The declaration was not taken: ' + error.message)
  } finally {
    isSent = false
  }
}

function drawCrash() {
  main.replaceChildren(el('section', { class: 'card crash', role: 'alert' },
    el('h1', {}, 'OpenCRVS shows an error page here'),
    el('p', {}, 'Something in the configuration cannot be drawn:'),
    el('p', {}, el('code', {}, view.crash.reason)),
    el('button', {
      type: 'button', class: 'button second',
      onclick: async () => {
        await callApi(api + '/forget', {})
        location.assign(pageAddress(setup.firstPageId))
      }
    }, 'Empty the draft and begin again')))
}

function stopWith(text) {
  main.prepend(el('p', { class: 'stopped', role: 'alert' }, text))
  scrollTo(0, 0)
}

function drawHome() {
  main.replaceChildren(el('section', { class: 'card' },
    el('h1', {}, setup.title),
    el('p', {}, 'Try the identity fields of your form as a registrar meets them in OpenCRVS ' + setup.version + '. Everyone here is made up.'),
    el('div', { class: 'buttons' },
      el('a', { class: 'button primary wide', href: '/new' }, 'Start a declaration'),
      el('a', { class: 'button second wide', href: '/new?offline' }, 'Start one offline (temporary record id)'))),
  setup.people.length === 0 ? '' : el('section', { class: 'card' },
    el('h2', {}, 'People who can sign in'),
    el('ul', { class: 'people' }, setup.people.map((person) => el('li', {}, el('strong', {}, person.name), person.remark ? el('small', {}, person.remark) : null)))))
}

async function begin() {
  await navigator.serviceWorker?.register('/service-worker.js')
  setup = await callApi('/setup')
  app.append(el('header', { class: 'bar' },
    el('a', { class: 'brand', href: '/' }, el('span', { class: 'mark', 'aria-hidden': 'true' }), setup.title),
    route ? el('span', { class: 'record' }, decodeURIComponent(route[1])) : '',
    el('div', { class: 'tools' }, route ? [connection, drawerButton] : [])), el('div', { class: 'frame' }, main, drawer))
  if (!route) return drawHome()
  const opened = await callApi(api + '/open', { href: location.href })
  load = opened.load
  take(opened)
  addEventListener('popstate', () => page.act({ type: 'open', href: location.href }))
}

begin().catch((error) => {
  if (!main.isConnected) app.append(main)
  stopWith(error.message)
})
`
