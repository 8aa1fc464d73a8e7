/** What we log with: pino's shape, so that a country can pass `request.server.logger` or its own pino instance. */
export type Logger = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
