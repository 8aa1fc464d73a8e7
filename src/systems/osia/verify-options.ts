/** How a person's data are compared. Every way needs the person's number: without one nothing matches. */
export type OsiaVerify =
  OsiaMatch | OsiaVerifyExpressions | OsiaThirdPartyVerify

/** `matchPersonAttributes` of Data Access: the register lists what differs. */
export type OsiaMatch = {
  by: 'match'
  /** Attributes to compare, by the register's names. Default all that the declaration has. */
  attributes?: readonly string[]
  /**
   * Attributes that the register has none of (errorCode 0): `fail` (the
   * default) is no match; `ignore` leaves them out, as long as another one
   * agreed.
   */
  onMissing?: 'fail' | 'ignore'
}

/** `verifyPersonAttributes` of Data Access: the register answers true or false. */
export type OsiaVerifyExpressions = {
  by: 'verify'
  /** Attributes to compare, by the register's names. Default all that the declaration has. */
  attributes?: readonly string[]
}

/** `verify` of a third-party gateway. */
export type OsiaThirdPartyVerify = {
  by: 'thirdParty'
  /**
   * `verificationCode`s that mean a match. The standard does not say which do
   * (D9): ask the register.
   */
  matchCodes: readonly number[]
  /** Not sent unless given; the gateway then takes `uin`. */
  identifierType?: string
  /** Attributes to compare, by the register's names. Default all that the declaration has. */
  attributes?: readonly string[]
}
