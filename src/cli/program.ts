import { Command, CommanderError } from 'commander'
import { TranslationFileError } from './merge-translations'
import type { Terminal } from './terminal'
import { addTranslationsCommand } from './translations'

/**
 * Runs the command line.
 *
 * @param args what stands after the command's name
 * @returns the exit status: 0 when all went well, 1 when something was wrong and nothing was changed
 */
export function runProgram(
  args: readonly string[],
  terminal: Terminal
): number {
  const program = new Command('opencrvs-national-id')
    .description("Joins OpenCRVS to a country's national ID system")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.print(text)
      },
      writeErr: (text) => {
        terminal.fail(text)
      }
    })
  addTranslationsCommand(program, terminal)
  try {
    program.parse([...args], { from: 'user' })
    return 0
  } catch (failure) {
    if (failure instanceof CommanderError) return failure.exitCode
    if (!(failure instanceof TranslationFileError)) throw failure
    terminal.fail(`${failure.message}\n`)
    return 1
  }
}
