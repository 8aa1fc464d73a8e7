import type { IdentityProblem } from '../domain/identity'
import type { Message } from './field-types'
import { formFieldsError } from './form-fields-error'

/** One text in the languages that it comes in. */
type Translated = {
  description: string
  en: string
  fr: string
}

/** A row of a country's `client.csv`. */
export type TranslationRow = Translated & { id: string }

const ID_PREFIX = 'nationalId.form.'

const STATUS_TEXTS = {
  'status.label': {
    description: 'Label of the status of a person’s identity',
    en: 'Identity check',
    fr: 'Contrôle d’identité'
  },
  'status.text': {
    description: 'The status of a person’s identity in two or three words',
    en: '{value, select, authenticated {Authenticated} verified {Verified} pending {To be checked} failed {Not confirmed} other {No check}}',
    fr: '{value, select, authenticated {Authentifiée} verified {Vérifiée} pending {À contrôler} failed {Non confirmée} other {Aucun contrôle}}'
  },
  'status.description': {
    description:
      'What the status of a person’s identity means, and what comes next',
    en: '{value, select, authenticated {The person signed in with the national ID system and agreed that it passes on their details. What came from there is locked.} verified {The details match those of the national ID system. Whether this is the person in front of you was not proven.} pending {Captured without confirmation by the national ID system, for example offline. Where it can be checked, that is done when the record is sent. Until then nothing is confirmed.} failed {The check ended without a confirmation. That alone says nothing about the person. Start over, or go on without it and fill in the details from documents.} other {No check was made.}}',
    fr: '{value, select, authenticated {La personne s’est connectée au système national d’identité et a accepté qu’il transmette ses données. Ce qui en provient est verrouillé.} verified {Les données concordent avec celles du système national d’identité. Il n’est pas prouvé qu’il s’agit de la personne devant vous.} pending {Saisie sans confirmation du système national d’identité, par exemple hors ligne. Si un contrôle est possible, il aura lieu à l’envoi du dossier. D’ici là, rien n’est confirmé.} failed {Le contrôle s’est terminé sans confirmation. Cela seul ne dit rien de la personne. Recommencez, ou continuez sans lui et remplissez les champs à partir de documents.} other {Aucun contrôle n’a été fait.}}'
  }
} as const satisfies Record<string, Translated>

const METHOD_TEXTS = {
  'reader.label': {
    description: 'Label of the box that holds the ways to prove one’s identity',
    en: 'Confirm this person’s identity',
    fr: 'Confirmer l’identité de cette personne'
  },
  'reader.help': {
    description:
      'Says, above the buttons, that the person must agree before their identity is confirmed',
    en: 'Only with the person’s consent. Tell them first which details the national ID system or their card will fill in here.',
    fr: 'Uniquement avec l’accord de la personne. Dites-lui d’abord quelles données le système national d’identité ou sa carte rempliront ici.'
  },
  'signIn.label': {
    description: 'Label of the button for signing in',
    en: 'Sign-in with national ID',
    fr: 'Connexion avec l’identité nationale'
  },
  'signIn.text': {
    description: 'Text on the button with which the person signs in themselves',
    en: 'Person signs in with national ID',
    fr: 'La personne se connecte avec son identité nationale'
  },
  'qrCode.label': {
    description: 'Label of the button for scanning a QR code',
    en: 'Scan of an ID card’s QR code',
    fr: 'Lecture du code QR d’une carte d’identité'
  },
  'fetchLoader.label': {
    description: 'Label shown while the result of a sign-in is fetched',
    en: 'Sign-in',
    fr: 'Connexion'
  },
  'fetchLoader.text': {
    description: 'Text shown while the result of a sign-in is fetched',
    en: 'Fetching the result of the sign-in',
    fr: 'Récupération du résultat de la connexion'
  },
  'qrLoader.label': {
    description: 'Label shown while a scanned card is checked',
    en: 'Scanned card',
    fr: 'Carte lue'
  },
  'qrLoader.text': {
    description: 'Text shown while a scanned card is checked',
    en: 'Checking the scanned card',
    fr: 'Contrôle de la carte lue'
  },
  'reference.label': {
    description:
      'Label of the reference by which an administrator finds what happened',
    en: 'Reference for your administrator',
    fr: 'Référence pour votre administrateur'
  }
} as const satisfies Record<string, Translated>

/** Labels of fields that are never on the screen; OpenCRVS demands one, and error lists may show it. */
const HIDDEN_LABELS = {
  'queryParams.label': {
    description: 'Name of a hidden field: what the sign-in handed back',
    en: 'Return from sign-in',
    fr: 'Retour de la connexion'
  },
  'queryProblem.label': {
    description: 'Name of a hidden field: that a sign-in was cancelled',
    en: 'Cancelled sign-in',
    fr: 'Connexion annulée'
  },
  'fetch.label': {
    description: 'Name of a hidden field: the result of a sign-in',
    en: 'Result of the sign-in',
    fr: 'Résultat de la connexion'
  },
  'qrCheck.label': {
    description: 'Name of a hidden field: the check of a scanned card',
    en: 'Check of the scanned card',
    fr: 'Contrôle de la carte lue'
  },
  'evidence.label': {
    description: 'Name of a hidden field: what backs the status',
    en: 'Evidence of the identity',
    fr: 'Preuve de l’identité'
  },
  'problem.label': {
    description: 'Name of a hidden field: why there is no proof',
    en: 'Reason for the missing confirmation',
    fr: 'Raison de l’absence de confirmation'
  }
} as const satisfies Record<string, Translated>

const NOTICES = {
  'notice.cancelled': {
    description: 'Shown after the person stopped the sign-in',
    en: 'The sign-in was cancelled. Nothing was passed on, and nothing that you filled in was changed.',
    fr: 'La connexion a été annulée. Rien n’a été transmis, et rien de ce que vous avez saisi n’a changé.'
  },
  'notice.unavailable': {
    description: 'Shown when the check could not be made',
    en: 'The national ID system could not be reached. Try again later, or go on without it.',
    fr: 'Le système national d’identité n’a pas pu être joint. Réessayez plus tard, ou continuez sans lui.'
  },
  'notice.expired': {
    description: 'Shown when the sign-in or the check took too long',
    en: 'This took too long, or its result was used already. Please start again.',
    fr: 'L’opération a pris trop de temps, ou son résultat a déjà servi. Veuillez recommencer.'
  },
  'notice.refused': {
    description: 'Shown when the national ID system said no',
    en: 'The national ID system refused. Ask the person to try again, or go on without it.',
    fr: 'Le système national d’identité a refusé. Demandez à la personne de réessayer, ou continuez sans lui.'
  },
  'notice.assurance': {
    description:
      'Shown when the person signed in in a weaker way than is demanded',
    en: 'The person signed in in a way that is not strong enough here. Ask them to choose a stronger one, such as a fingerprint.',
    fr: 'La personne s’est connectée d’une manière trop faible pour cette démarche. Demandez-lui d’en choisir une plus forte, comme l’empreinte digitale.'
  },
  'notice.unexpected': {
    description: 'Shown when the answer could not be trusted',
    en: 'The answer could not be trusted and was not used. Please try again; if it happens again, tell your administrator.',
    fr: 'La réponse n’était pas fiable et n’a pas été utilisée. Veuillez réessayer ; si cela se répète, prévenez votre administrateur.'
  },
  'notice.unsaved': {
    description: 'Shown when the record was begun offline and not sent yet',
    en: 'This record was begun offline and has no permanent number yet. Save it and exit, wait until it has been sent, then open it again.',
    fr: 'Ce dossier a été commencé hors ligne et n’a pas encore de numéro définitif. Enregistrez-le et quittez, attendez qu’il soit envoyé, puis ouvrez-le à nouveau.'
  },
  'notice.session': {
    description:
      'Shown when the sign-in belongs to another user, browser or record',
    en: 'This was begun by another user, in another browser or for another record. Please start it again here.',
    fr: 'L’opération a été commencée par un autre utilisateur, dans un autre navigateur ou pour un autre dossier. Veuillez la recommencer ici.'
  },
  'notice.unreadable': {
    description: 'Shown when a QR code is not one of an ID card',
    en: 'This is not the QR code of a national ID card. The details were not confirmed.',
    fr: 'Ce n’est pas le code QR d’une carte nationale d’identité. Les données ne sont pas confirmées.'
  },
  'notice.untrusted': {
    description: 'Shown when a card’s signature, issuer or dates are not good',
    en: 'The card’s signature could not be confirmed; it may be out of date or forged. Check the person’s documents with care.',
    fr: 'La signature de la carte n’a pas pu être confirmée ; elle est peut-être périmée ou falsifiée. Contrôlez soigneusement les documents de la personne.'
  }
} as const satisfies Record<`notice.${IdentityProblem}`, Translated>

const TEXTS = {
  ...STATUS_TEXTS,
  ...METHOD_TEXTS,
  ...HIDDEN_LABELS,
  ...NOTICES
} as const

/** What a text is called in `texts`. */
export type IdentityMessageKey = keyof typeof TEXTS

/** Texts of a country's own: whole messages, so that they have ids of their own in `client.csv`. */
export type TextOverrides = Partial<Record<IdentityMessageKey, Message>>

/** The texts as the fields take them. */
export type IdentityMessages = Readonly<Record<IdentityMessageKey, Message>>

/** Every text of the fields, in English, by the id under which a country's `client.csv` may have it. */
export const identityMessages: IdentityMessages = asMessages()

/** Every text as a row of a country's `client.csv`: id, description, English and French. */
export function translationRows(): TranslationRow[] {
  return Object.entries(TEXTS).map(([key, { description, en, fr }]) => ({
    id: ID_PREFIX + key,
    description,
    en,
    fr
  }))
}

/**
 * The texts with a country's own in their place.
 * @throws NationalIdError `ERR_FORM_FIELDS` for a text that we do not have
 */
export function withTexts(overrides: TextOverrides = {}): IdentityMessages {
  for (const key of Object.keys(overrides)) {
    if (!(key in TEXTS)) {
      throw formFieldsError(
        `texts has "${key}", and there is no such text. The texts are: ${Object.keys(TEXTS).join(', ')}.`
      )
    }
  }
  return { ...identityMessages, ...overrides }
}

function asMessages(): IdentityMessages {
  const entries = Object.entries(TEXTS).map(([key, { description, en }]) => [
    key,
    { id: ID_PREFIX + key, defaultMessage: en, description }
  ])
  // Object.fromEntries loses the names; these are those of TEXTS.
  return Object.fromEntries(entries) as Record<IdentityMessageKey, Message>
}
