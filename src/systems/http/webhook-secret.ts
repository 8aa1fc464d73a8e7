const PREFIX = 'whsec_'

/**
 * Whether a text is a symmetric secret as the Standard Webhooks specification
 * has it: `whsec_` and the base64 of 24 to 64 bytes.
 */
export function isWebhookSecret(text: string): boolean {
  if (!text.startsWith(PREFIX)) return false
  const encoded = text.slice(PREFIX.length)
  const bytes = Buffer.from(encoded, 'base64')
  return (
    bytes.length >= 24 &&
    bytes.length <= 64 &&
    // Node skips what is not base64; the sender would not.
    bytes.toString('base64') === encoded
  )
}
