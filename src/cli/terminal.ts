/** Where a command says what it has to say, and where it finds what is not for its command line. */
export type Terminal = {
  print(text: string): void
  fail(text: string): void
  /** An environment variable, or undefined. */
  variable(name: string): string | undefined
}

/** The process's own standard output, error and environment. */
export const processTerminal: Terminal = {
  print: (text) => void process.stdout.write(text),
  fail: (text) => void process.stderr.write(text),
  variable: (name) => process.env[name]
}
