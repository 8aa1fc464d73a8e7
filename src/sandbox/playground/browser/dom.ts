/** Making elements, announcing, and waiting. */
export const DOM = String.raw`
function el(tag, attributes, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat().filter((child) => child != null && child !== false))
  return element
}

const ICONS = {
  fingerprint: 'M12 4a8 8 0 0 0-8 8v2M8 20c-1-2-1-5-1-8a5 5 0 0 1 10 0c0 3 0 4 .5 6M12 12v2c0 3 .5 5 1.5 7M20 17c0-2 0-3 0-5 0-2-.6-3.600-1.600-5',
  qr: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v2M14 18h2v2M19 19h1v1',
  verified: 'M12 3l2.300 1.700 2.900-.1.800 2.800 2.400 1.600L19.400 12l1 2.900-2.400 1.600-.8 2.800-2.900-.1L12 21l-2.300-1.800-2.900.1-.8-2.800-2.400-1.600 1-2.900-1-2.900 2.400-1.600.8-2.800 2.900.1zM8.500 12l2.500 2.500 4.500-4.700',
  pending: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.7.400-1.100.9-1.100 1.800M12 16.500v.1',
  failed: 'M6 6l12 12M18 6L6 18',
  back: 'M19 12H5M11 6l-6 6 6 6',
  lock: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5'
}

function icon(name) {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(space, 'path')
  path.setAttribute('d', ICONS[name])
  svg.append(path)
  return svg
}

function announce(text) {
  const announcer = document.getElementById('announcer')
  if (announcer.textContent !== text) announcer.textContent = text
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function callApi(path, body) {
  const answer = await fetch('/playground' + path, {
    method: body === undefined ? 'GET' : 'POST',
    cache: 'no-store',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body)
  })
  if (!answer.ok) {
    throw Object.assign(new Error('The playground answered ' + answer.status + '.'), { status: answer.status })
  }
  return answer.json()
}
`
