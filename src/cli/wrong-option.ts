import { NationalIdError } from '../domain/errors'

/** An option of a command that cannot be worked with; what was given for it is not repeated. */
export function wrongOption(option: string, problem: string): NationalIdError {
  const sentence = `${option} ${problem}`.replace(/[.]$/, '')
  return new NationalIdError(`${sentence}. Nothing was done.`, {
    code: 'ERR_OPTIONS'
  })
}
