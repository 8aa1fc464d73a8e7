const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  given_name: 'Given name',
  middle_name: 'Middle name',
  family_name: 'Family name',
  gender: 'Sex',
  birthdate: 'Date of birth',
  locale: 'Language',
  email: 'E-mail address',
  phone_number: 'Telephone number',
  address: 'Address',
  individual_id: 'Individual ID'
}

/** What the consent page calls a claim: `name#fr` is `Name (fr)`. */
export function claimLabel(claim: string): string {
  const [name = claim, language] = claim.split('#')
  const label = LABELS[name] ?? name
  return language === undefined ? label : `${label} (${language})`
}
