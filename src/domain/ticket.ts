/**
 * For how long the user who redeemed a ticket is given the same answer again, in milliseconds. The client sends a failed
 * call again, and so does the browser: up to nine times were seen (forms CLIENT 2).
 */
export const TICKET_REPEAT_MS = 60_000
