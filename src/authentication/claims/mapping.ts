/** A claim, or the way to one inside a claim: `['address', 'locality']`. */
export type ClaimSource = string | readonly [claim: string, ...path: string[]]

/** Which claims become which attributes. */
export type ClaimMapping = {
  name?: NameClaims
  /** Default `birthdate`. */
  dateOfBirth?: ClaimSource
  /** Default `gender`. */
  sex?: ClaimSource
  /** Default none, and `individual_id` with `esignet`. */
  identifier?: ClaimSource
  /** Further attributes, by the name that the form reads them under. */
  attributes?: Record<string, ClaimSource>
  /** How a name in one string is told apart. Default `givenNameFirst`. */
  nameOrder?: NameOrder
  /** date-fns patterns of dates. Default `yyyy-MM-dd` and `yyyy/MM/dd`. */
  dateFormats?: readonly string[]
  /** The provider's words for `male`, `female` and `unknown`, besides the usual ones; case does not matter. */
  sexWords?: Record<string, string>
}

/** The claims of a name: its parts, and the whole for where there are no parts. */
export type NameClaims = {
  /** Default `given_name`. */
  firstname?: ClaimSource
  /** Default `middle_name`. */
  middlename?: ClaimSource
  /** Default `family_name`. */
  surname?: ClaimSource
  /** Default `name`. */
  full?: ClaimSource
}

/**
 * The order of the words of a name in one string: first name, middle names, surname; or surname, first name, middle
 * names. `unsplit` takes the whole as first name.
 */
export type NameOrder = 'givenNameFirst' | 'familyNameFirst' | 'unsplit'
