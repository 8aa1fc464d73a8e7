import { runProgram } from '../../src/cli/program'

/** Runs a command as the shell would, with these environment variables. */
export async function command(
  variables: Record<string, string>,
  ...args: string[]
): Promise<{ status: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const status = await runProgram(args, {
    print: (text) => (out += text),
    fail: (text) => (err += text),
    variable: (name) => variables[name]
  })
  return { status, out, err }
}
