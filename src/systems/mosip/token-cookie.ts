/**
 * The token that auth manager sets as a cookie: `Authorization=<JWT>; Path=/;
 * HttpOnly; Secure; SameSite=Strict` (FACTS 1).
 *
 * Several cookies arrive joined by commas. A cookie's value holds no comma,
 * semicolon, blank, quote or backslash (RFC 6265, section 4.1.1), but may hold
 * `=`, so the value ends at the first of those and nowhere else.
 *
 * @param header the `Set-Cookie` header, or null
 */
export function readTokenCookie(header: string | null): string | undefined {
  const cookie =
    /(?:^|,)\s*Authorization=("?)([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+)\1\s*(?:[;,]|$)/
  return cookie.exec(header ?? '')?.[2]
}
