import { comparableText } from './comparable-text'

const WORDS: ReadonlyMap<string, string> = new Map(
  // 1 and 2 are those of ISO/IEC 5218; MLE, FLE and OTH are MOSIP's codes.
  Object.entries({
    male: ['m', '1', 'mle'],
    female: ['f', '2', 'fle'],
    other: ['o', 'x', '3', 'oth', 'others'],
    unknown: ['u', '0']
  }).flatMap(([word, others]) =>
    [word, ...others].map((other): [string, string] => [other, word])
  )
)

/**
 * `male`, `female`, `other` or `unknown` for the ways in which ID systems write them; any other text in the form in
 * which texts are compared.
 */
export function sexWord(text: string): string {
  const word = comparableText(text)
  return WORDS.get(word) ?? word
}
