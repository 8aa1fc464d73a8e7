import { Command, CommanderError } from 'commander'
import { NationalIdError } from '../domain/errors'
import { addAuditCommand } from './audit'
import { TranslationFileError } from './merge-translations'
import { addStoreCommand } from './store'
import type { Terminal } from './terminal'
import { addTranslationsCommand } from './translations'

/**
 * Runs the command line.
 *
 * @param args what stands after the command's name
 * @returns the exit status: 0 when all went well, 1 when something was wrong; what was said tells whether anything was
 * changed
 */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal
): Promise<number> {
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
  const result = { status: 0 }
  addTranslationsCommand(program, terminal)
  addStoreCommand(program, terminal, result)
  addAuditCommand(program, terminal, result)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return result.status
  } catch (failure) {
    if (failure instanceof CommanderError) return failure.exitCode
    if (!isExpected(failure)) throw failure
    terminal.fail(`${failure.message}\n`)
    return 1
  }
}

/** Failures whose message is for whoever ran the command. */
function isExpected(failure: unknown): failure is Error {
  return (
    failure instanceof TranslationFileError ||
    failure instanceof NationalIdError
  )
}
