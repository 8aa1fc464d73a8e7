/**
 * Another party's code, fit for a log, a metric or the audit trail: a short word of letters, digits and `. _ : -`.
 * Anything else could carry personal data, so it becomes `OTHER`.
 */
export function plainCode(code: string): string {
  return /^[\w.:-]{1,64}$/.test(code) ? code : 'OTHER'
}
