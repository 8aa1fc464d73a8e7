/** A person who does not exist, as a national ID system would know one. */
export type SandboxPerson = {
  /** Number in the imaginary ID system; the provider's log-in and the QR codes know the person by it. */
  individualId: string
  /** The whole name as one string, as eSignet gives it (mosip FACTS 8). */
  name: string
  /** The same name in parts. Somebody without a family name has none here either. */
  givenName: string
  middleName?: string
  familyName?: string
  /** The whole name by language (BCP 47), for the forms `name#bn`. */
  names: Readonly<Record<string, string>>
  /** ISO 8601 date, `yyyy-MM-dd`. */
  dateOfBirth: string
  sex: 'female' | 'male' | 'other'
  email?: string
  phoneNumber?: string
  address: { street: string; locality: string; region: string; country: string }
  /** What is worth trying with this person. */
  remark: string
}

function livingAt(street: string, locality: string): SandboxPerson['address'] {
  return { street, locality, region: 'Central', country: 'Farajaland' }
}

/**
 * People for trying things out, shared by the provider and the QR codes. Nobody
 * here exists: names are put together, telephone numbers and addresses of mail
 * are of the kinds reserved for examples.
 */
export const sandboxPeople: readonly SandboxPerson[] = [
  {
    individualId: '2047381956',
    name: 'Amara Nkemelu',
    givenName: 'Amara',
    familyName: 'Nkemelu',
    names: { en: 'Amara Nkemelu', fr: 'Amara Nkemelu' },
    dateOfBirth: '1991-04-12',
    sex: 'female',
    email: 'amara@example.org',
    phoneNumber: '+15550100',
    address: livingAt('14 Baobab Road', 'Ilanga'),
    remark: 'first name and family name'
  },
  {
    individualId: '3185069274',
    name: 'Léopold Ngoma Mukendi',
    givenName: 'Léopold',
    middleName: 'Ngoma',
    familyName: 'Mukendi',
    names: { en: 'Leopold Ngoma Mukendi', fr: 'Léopold Ngoma Mukendi' },
    dateOfBirth: '1987-09-30',
    sex: 'male',
    email: 'leopold@example.org',
    phoneNumber: '+15550101',
    address: livingAt('3 avenue du Marché', 'Ilanga'),
    remark: 'a middle name, an accent, another spelling in English'
  },
  {
    individualId: '4920175836',
    name: "Siobhán O'Farrelly",
    givenName: 'Siobhán',
    familyName: "O'Farrelly",
    names: { en: "Siobhán O'Farrelly", fr: "Siobhán O'Farrelly" },
    dateOfBirth: '1988-11-03',
    sex: 'female',
    phoneNumber: '+15550102',
    address: livingAt('9 Harbour Steps', 'Isamba'),
    remark: 'a straight apostrophe and an accent'
  },
  {
    individualId: '5307912648',
    name: 'Jean-Baptiste Kouamé N’Dri',
    givenName: 'Jean-Baptiste',
    middleName: 'Kouamé',
    familyName: 'N’Dri',
    names: {
      en: 'Jean-Baptiste Kouame N’Dri',
      fr: 'Jean-Baptiste Kouamé N’Dri'
    },
    dateOfBirth: '1983-01-07',
    sex: 'male',
    email: 'jean-baptiste@example.org',
    address: livingAt('27 rue des Palmiers', 'Isamba'),
    remark: 'a hyphen and a typographic apostrophe'
  },
  {
    individualId: '6418203957',
    name: 'Rahima Akter Khatun',
    givenName: 'Rahima',
    middleName: 'Akter',
    familyName: 'Khatun',
    names: { en: 'Rahima Akter Khatun', bn: 'রাহিমা আক্তার খাতুন' },
    dateOfBirth: '1996-02-29',
    sex: 'female',
    phoneNumber: '+15550103',
    address: livingAt('5 Jute Lane', 'Pualula'),
    remark: 'Bengali script, born on a leap day'
  },
  {
    individualId: '7539314068',
    name: 'Yusuf ibn Khalid al-Masri',
    givenName: 'Yusuf',
    middleName: 'ibn Khalid',
    familyName: 'al-Masri',
    names: { en: 'Yusuf ibn Khalid al-Masri', ar: 'يوسف بن خالد المصري' },
    dateOfBirth: '1979-07-21',
    sex: 'male',
    email: 'yusuf@example.org',
    address: livingAt('41 Well Street', 'Pualula'),
    remark: 'Arabic script, right to left; a middle name of two words'
  },
  {
    individualId: '8640425179',
    name: 'Wulandari',
    givenName: 'Wulandari',
    names: { en: 'Wulandari', fr: 'Wulandari' },
    dateOfBirth: '2000-05-18',
    sex: 'female',
    phoneNumber: '+15550104',
    address: livingAt('2 Rice Terrace', 'Chuminga'),
    remark: 'one name only, no family name'
  },
  {
    individualId: '9751536280',
    name: 'María del Carmen Quispe Huamán',
    givenName: 'María',
    middleName: 'del Carmen',
    familyName: 'Quispe Huamán',
    names: {
      en: 'Maria del Carmen Quispe Huaman',
      es: 'María del Carmen Quispe Huamán'
    },
    dateOfBirth: '1993-12-01',
    sex: 'female',
    email: 'maria@example.org',
    address: livingAt('88 Condor Way', 'Chuminga'),
    remark: 'two family names'
  },
  {
    individualId: '2862647391',
    name: 'Nguyễn Thị Minh Anh',
    givenName: 'Minh Anh',
    middleName: 'Thị',
    familyName: 'Nguyễn',
    names: { en: 'Minh Anh Nguyen', vi: 'Nguyễn Thị Minh Anh' },
    dateOfBirth: '1998-03-09',
    sex: 'female',
    phoneNumber: '+15550105',
    address: livingAt('16 Lotus Court', 'Ibombo'),
    remark: 'the family name comes first'
  },
  {
    individualId: '3973758402',
    name: 'Sam Ilunga-Price',
    givenName: 'Sam',
    familyName: 'Ilunga-Price',
    names: { en: 'Sam Ilunga-Price', fr: 'Sam Ilunga-Price' },
    dateOfBirth: '1990-08-25',
    sex: 'other',
    email: 'sam@example.org',
    address: livingAt('70 Ferry Road', 'Ibombo'),
    remark: 'a sex that standard forms do not offer'
  },
  {
    individualId: '5084869513',
    name: 'Kofi Adjei Boadu',
    givenName: 'Kofi',
    middleName: 'Adjei',
    familyName: 'Boadu',
    names: { en: 'Kofi Adjei Boadu', fr: 'Kofi Adjei Boadu' },
    dateOfBirth: '2014-06-15',
    sex: 'male',
    address: livingAt('14 Baobab Road', 'Ilanga'),
    remark: 'a child'
  },
  {
    individualId: '6195970624',
    name: 'Adelaide Mary Whitcombe-Hale',
    givenName: 'Adelaide',
    middleName: 'Mary',
    familyName: 'Whitcombe-Hale',
    names: {
      en: 'Adelaide Mary Whitcombe-Hale',
      fr: 'Adélaïde Mary Whitcombe-Hale'
    },
    dateOfBirth: '1932-10-05',
    sex: 'female',
    address: livingAt('1 Mission Hill', 'Isamba'),
    remark: 'very old; for the record of a death'
  }
]

/** The person with that number, if there is one among these. */
export function findSandboxPerson(
  individualId: string,
  people: readonly SandboxPerson[] = sandboxPeople
): SandboxPerson | undefined {
  return people.find((person) => person.individualId === individualId)
}

/** Every language in which one of the people has a name. */
export function languagesOf(people: readonly SandboxPerson[]): string[] {
  return [...new Set(people.flatMap(({ names }) => Object.keys(names)))].sort()
}
