/** Where a command says what it has to say. */
export type Terminal = {
  print(text: string): void
  fail(text: string): void
}

/** The process's own standard output and error. */
export const processTerminal: Terminal = {
  print: (text) => void process.stdout.write(text),
  fail: (text) => void process.stderr.write(text)
}
