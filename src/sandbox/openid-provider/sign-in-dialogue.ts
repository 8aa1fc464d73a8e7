import { isJsonObject, textOf } from '../json-object'
import { findSandboxPerson, type SandboxPerson } from '../people/sandbox-people'
import { claimsOf, requestedClaims, type RequestedClaim } from './claims'
import { SIGN_IN_SECONDS, type ProviderParts } from './configuration'
import type { Interaction, OidcContext, OidcProvider } from './library'
import { ONE_TIME_CODE_ACR, STATIC_CODE_ACR } from './options'
import {
  renderCodePage,
  renderConsentPage,
  renderErrorPage,
  renderPersonPage
} from './pages'
import { readForm } from './read-form'

/** The pages on which a person signs in and says what may be told. */
export type SignInDialogue = {
  /** Answers a call to `/interaction/<uid>`. */
  serve(context: OidcContext, provider: OidcProvider): Promise<void>
}

type CodeKind = 'one-time' | 'static'

/** How far a person has come on the pages. */
type Progress = { person: SandboxPerson; kind: CodeKind; proven: boolean }

type Dialogue = Pick<ProviderParts, 'people' | 'options'> & {
  progress: Map<string, Progress>
  codes: Readonly<Record<CodeKind, string>>
}

type Turn = {
  context: OidcContext
  provider: OidcProvider
  interaction: Interaction
  form: URLSearchParams
}

type Step = (dialogue: Dialogue, turn: Turn) => Promise<void>

/** How many sign-ins are remembered; the oldest are forgotten first. */
const REMEMBERED = 1_000

const STEPS: Readonly<Record<string, Step>> = {
  'one-time-code': (dialogue, turn) => choosePerson(dialogue, turn, 'one-time'),
  'static-code': (dialogue, turn) => choosePerson(dialogue, turn, 'static'),
  verify: checkCode,
  allow: allowClaims,
  cancel: (dialogue, turn) =>
    finish(dialogue, turn, {
      error: 'access_denied',
      error_description: 'The person stopped at the provider.'
    })
}

/** The dialogue of one provider. It outlives a change of keys. */
export function createSignInDialogue(parts: ProviderParts): SignInDialogue {
  const dialogue: Dialogue = {
    people: parts.people,
    options: parts.options,
    progress: new Map(),
    codes: {
      'one-time': parts.options.oneTimeCode ?? '111111',
      static: parts.options.staticCode ?? '545411'
    }
  }
  return {
    async serve(context, provider) {
      const interaction = await provider
        .interactionDetails(context.req, context.res)
        .catch(() => undefined)
      context.type = 'html'
      if (interaction === undefined) {
        context.status = 400
        context.body = renderErrorPage({
          error: 'This sign-in is over, or was begun in another browser.'
        })
        return
      }
      const isAnswer = context.method === 'POST'
      const form = isAnswer
        ? await readForm(context.req)
        : new URLSearchParams()
      const step = isAnswer ? STEPS[textOf(form.get('step'))] : undefined
      await (step ?? show)(dialogue, { context, provider, interaction, form })
    }
  }
}

/** Shows the page that comes next. */
async function show(
  dialogue: Dialogue,
  turn: Turn,
  problem?: string
): Promise<void> {
  const { progress, codes } = dialogue
  const step = progress.get(turn.interaction.uid)
  const because = problem === undefined ? {} : { problem }
  if (step === undefined) {
    const asked = textOf(turn.interaction.params['acr_values']).split(' ')
    turn.context.body = renderPersonPage({
      clientName: await clientName(turn),
      people: dialogue.people,
      takesStaticCode: asked.includes(STATIC_CODE_ACR),
      ...because
    })
  } else if (!step.proven) {
    turn.context.body = renderCodePage({
      individualId: step.person.individualId,
      kind: step.kind,
      code: codes[step.kind],
      ...because
    })
  } else {
    const known = claimsOf(step.person, dialogue.options)
    turn.context.body = renderConsentPage({
      clientName: await clientName(turn),
      lines: requestedClaims(turn.interaction.params)
        .filter(({ name }) => Object.hasOwn(known, name))
        .map((claim) => ({ ...claim, value: shown(known[claim.name]) }))
    })
  }
}

async function choosePerson(
  dialogue: Dialogue,
  turn: Turn,
  kind: CodeKind
): Promise<void> {
  const id = textOf(turn.form.get('individual_id')).trim()
  const person = findSandboxPerson(id, dialogue.people)
  if (person === undefined) {
    await show(dialogue, turn, 'Nobody here has this individual ID.')
    return
  }
  remember(dialogue, turn, { person, kind, proven: false })
  await show(dialogue, turn)
}

async function checkCode(dialogue: Dialogue, turn: Turn): Promise<void> {
  const step = dialogue.progress.get(turn.interaction.uid)
  if (step === undefined) {
    await show(dialogue, turn)
  } else if (turn.form.get('code')?.trim() === dialogue.codes[step.kind]) {
    remember(dialogue, turn, { ...step, proven: true })
    await show(dialogue, turn)
  } else {
    await show(dialogue, turn, 'This is not the code.')
  }
}

async function allowClaims(dialogue: Dialogue, turn: Turn): Promise<void> {
  const step = dialogue.progress.get(turn.interaction.uid)
  // Whoever posts this without having entered the code is asked for it.
  if (step?.proven !== true) {
    await show(dialogue, turn)
    return
  }
  const { params } = turn.interaction
  const accountId = step.person.individualId
  const grant = new turn.provider.Grant({
    accountId,
    clientId: textOf(params['client_id'])
  })
  const known = claimsOf(step.person, dialogue.options)
  const ticked = turn.form.getAll('claim')
  // What is not known of the person was not on the page, and nothing is told.
  const isAllowed = ({ name, essential }: RequestedClaim) =>
    essential || ticked.includes(name) || !Object.hasOwn(known, name)
  const asked = requestedClaims(params)
  grant.addOIDCScope(textOf(params['scope']))
  grant.addOIDCClaims(namesOf(asked.filter(isAllowed)))
  grant.rejectOIDCClaims(namesOf(asked.filter((claim) => !isAllowed(claim))))
  const isStatic = step.kind === 'static'
  await finish(dialogue, turn, {
    login: {
      accountId,
      acr: isStatic ? STATIC_CODE_ACR : ONE_TIME_CODE_ACR,
      amr: [isStatic ? 'pin' : 'otp'],
      remember: false
    },
    consent: { grantId: await grant.save(SIGN_IN_SECONDS) }
  })
}

/** Sends the browser on with what came out. */
async function finish(
  dialogue: Dialogue,
  turn: Turn,
  result: object
): Promise<void> {
  dialogue.progress.delete(turn.interaction.uid)
  const { context, provider } = turn
  const url = await provider.interactionResult(
    context.req,
    context.res,
    result,
    { mergeWithLastSubmission: false }
  )
  context.status = 303
  context.redirect(url)
}

function remember({ progress }: Dialogue, turn: Turn, step: Progress): void {
  progress.set(turn.interaction.uid, step)
  for (const uid of progress.keys()) {
    if (progress.size <= REMEMBERED) return
    progress.delete(uid)
  }
}

async function clientName({ provider, interaction }: Turn): Promise<string> {
  const id = textOf(interaction.params['client_id'])
  const client = await provider.Client.find(id)
  return client?.clientName ?? id
}

function namesOf(claims: readonly RequestedClaim[]): string[] {
  return claims.map(({ name }) => name)
}

/** A claim's value in one line; an address has one of its own (OIDC Core 5.1.1). */
function shown(value: unknown): string {
  return isJsonObject(value) ? textOf(value['formatted']) : textOf(value)
}
