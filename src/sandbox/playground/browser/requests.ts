/** The HTTP fields' calls, made as the client makes them: same origin, the user's token, a time limit. */
export const REQUESTS = String.raw`
function createRequests(report, changed) {
  const started = new Set()
  const underWay = new Set()
  const log = []

  async function perform(request) {
    const key = request.id + ':' + request.attempt
    if (started.has(key)) return
    started.add(key)
    const entry = { request, at: new Date(), state: request.delayMs ? 'waiting' : 'sent' }
    log.unshift(entry)
    log.splice(50)
    changed()
    if (request.delayMs) await wait(request.delayMs)
    entry.state = 'sent'
    const outcome = await send(request)
    entry.outcome = outcome
    entry.state = 'ended'
    changed()
    report({ type: 'outcome', id: request.id, attempt: request.attempt, outcome })
  }

  async function send(request) {
    const controller = new AbortController()
    underWay.add(controller)
    let timer
    try {
      const { token } = await callApi('/token')
      const headers = new Headers({ Authorization: 'Bearer ' + token })
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, value)
      timer = setTimeout(() => controller.abort('timedOut'), request.timeoutMs)
      const answer = await fetch(request.url, {
        method: request.method, headers, body: request.body, signal: controller.signal
      })
      return {
        kind: 'answered',
        status: answer.status,
        statusText: answer.statusText,
        contentType: answer.headers.get('Content-Type') || '',
        text: await answer.text()
      }
    } catch {
      if (controller.signal.reason === 'timedOut') return { kind: 'timedOut' }
      return { kind: 'failed', message: 'Failed to fetch' }
    } finally {
      clearTimeout(timer)
      underWay.delete(controller)
    }
  }

  return {
    log,
    perform: (requests) => requests.forEach((request) => void perform(request)),
    /** What a lost connection does to calls under way. */
    cut: () => underWay.forEach((controller) => controller.abort('offline'))
  }
}
`
