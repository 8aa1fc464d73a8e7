import { claimLabel } from './claim-labels'
import type { SandboxPerson } from '../people/sandbox-people'
import { STYLES_PATH } from './styles'

/** A text in HTML, whatever is in it. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function renderPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - development provider</title>
<link rel="stylesheet" href="${STYLES_PATH}">
</head>
<body>
<p class="warning" role="note"><strong>Development provider.</strong> Not a national ID system: the people are fictitious, and the codes are shown on the page.</p>
<main>
<header><span class="mark" aria-hidden="true"></span><span>Sandbox ID</span></header>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
}

function renderProblem(problem: string | undefined): string {
  return problem === undefined
    ? ''
    : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`
}

const CANCEL =
  '<button class="quiet" name="step" value="cancel" formnovalidate>Cancel</button>'

/** The page that asks who signs in, and how. */
export function renderPersonPage(view: {
  clientName: string
  people: readonly SandboxPerson[]
  /** Whether the relying party takes the weaker way; it is offered either way, to try what happens. */
  takesStaticCode: boolean
  problem?: string
}): string {
  const people = view.people.map(renderPerson).join('\n')
  const remark = view.takesStaticCode
    ? 'weaker'
    : 'weaker, and not asked for here'
  return renderPage(
    'Sign in',
    `<p>${escapeHtml(view.clientName)} asks you to prove who you are.</p>
${renderProblem(view.problem)}
<form method="post">
<label for="individual_id">Individual ID</label>
<input id="individual_id" name="individual_id" inputmode="numeric" autocomplete="off" required>
<div class="buttons">
<button name="step" value="one-time-code">Send a one-time code</button>
<button class="second" name="step" value="static-code">Use my static code <small>(${remark})</small></button>
${CANCEL}
</div>
</form>
<h2>Or be one of these people</h2>
<form method="post" class="people">
<input type="hidden" name="step" value="one-time-code">
${people}
</form>`
  )
}

function renderPerson(person: SandboxPerson): string {
  return `<button class="person" name="individual_id" value="${escapeHtml(person.individualId)}"><strong dir="auto">${escapeHtml(person.name)}</strong> <span>${escapeHtml(person.individualId)}</span> <small>${escapeHtml(person.remark)}</small></button>`
}

/** The page that asks for the code. */
export function renderCodePage(view: {
  individualId: string
  kind: 'one-time' | 'static'
  /** Shown as if it had reached the person's telephone. */
  code: string
  problem?: string
}): string {
  const intro =
    view.kind === 'one-time'
      ? 'A one-time code was sent to the telephone of'
      : 'Enter the static code of'
  const label = view.kind === 'one-time' ? 'One-time code' : 'Static code'
  return renderPage(
    'Enter the code',
    `<p>${intro} <strong>${escapeHtml(view.individualId)}</strong>.</p>
<p class="telephone" role="note"><small>${view.kind === 'one-time' ? 'Message on the imaginary telephone' : 'What an imaginary person remembers'}</small><output>${escapeHtml(view.code)}</output></p>
${renderProblem(view.problem)}
<form method="post">
<label for="code">${label}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="off" required autofocus>
<div class="buttons">
<button name="step" value="verify">Continue</button>
${CANCEL}
</div>
</form>`
  )
}

/** One line of the consent page. */
export type ConsentLine = { name: string; essential: boolean; value: string }

/** The page that asks what may be told. */
export function renderConsentPage(view: {
  clientName: string
  lines: readonly ConsentLine[]
}): string {
  return renderPage(
    'Allow this?',
    `<p>${escapeHtml(view.clientName)} asks to see:</p>
<form method="post">
<ul class="claims">
${view.lines.map(renderConsentLine).join('\n')}
</ul>
<div class="buttons">
<button name="step" value="allow">Allow</button>
${CANCEL}
</div>
</form>`
  )
}

function renderConsentLine({ name, essential, value }: ConsentLine): string {
  const state = essential ? 'checked disabled' : 'checked'
  return `<li><label><input type="checkbox" name="claim" value="${escapeHtml(name)}" ${state}> <span>${escapeHtml(claimLabel(name))}${essential ? ' <small>required</small>' : ''}</span> <span class="value" dir="auto">${escapeHtml(value)}</span></label></li>`
}

/** The page for a request that cannot go on, and cannot go back to the relying party either. */
export function renderErrorPage(
  problem: Readonly<Record<string, unknown>>
): string {
  const lines = ['error', 'error_description']
    .map((name) => problem[name])
    .filter((line) => typeof line === 'string')
  return renderPage(
    'This cannot go on',
    `<p class="problem" role="alert">${escapeHtml(lines.join(': '))}</p>
<p>Go back to where you came from and begin again.</p>`
  )
}
