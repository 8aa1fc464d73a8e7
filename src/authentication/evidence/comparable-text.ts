/** Characters that show nothing. Those that turn the direction of writing around are not among them: they do show. */
const INVISIBLE = /\u034f|[\u00ad\u200b-\u200f\u2060\ufeff]/g
const APOSTROPHES =
  /[\u0060\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u055a\u05f3\u2018\u2019\u201a\u201b\u2032\ua78c\uff07]/g
const HYPHENS = /[\u058a\u05be\u1806\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g
const SPACE = /\s+/g

/** What folding makes of a text may fold once more (a capital letter with several marks); it settles in two rounds. */
const MOST_ROUNDS = 4

/**
 * Ordering many accents on one letter takes quadratic time, and a declaration is written by a stranger. What is longer
 * is compared as it is.
 */
export const MOST_FOLDED_CHARACTERS = 1000

/**
 * A text as two texts are compared: same letters, whatever their case, width, composition, spacing, and the kind of
 * apostrophe or hyphen. Accents are letters and stay. Doing it twice changes nothing.
 *
 * Case is folded without a language: `ß` is `ss`, `ς` is `σ`, and the Turkish `ı` and `İ` are `i`, since registers
 * write names in capitals.
 */
export function comparableText(text: string): string {
  if (text.length > MOST_FOLDED_CHARACTERS) return text
  let folded = fold(text)
  for (let round = 1; round < MOST_ROUNDS; round++) {
    const again = fold(folded)
    if (again === folded) break
    folded = again
  }
  return folded
}

function fold(text: string): string {
  return oneKind(text)
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('i\u0307', 'i')
    .normalize('NFKC')
    .replace(SPACE, ' ')
    .trim()
}

// Before NFKC, which takes some of them apart: an acute accent standing alone
// would become a space.
function oneKind(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(APOSTROPHES, "'")
    .replace(HYPHENS, '-')
}
