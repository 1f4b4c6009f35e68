/** --validate as the server's fieldValidation. */
export const fieldValidationOf = (value: string): 'Strict' | 'Warn' | 'Ignore' => {
  switch (value) {
    case 'true':
    case 'strict':
      return 'Strict'
    case 'warn':
      return 'Warn'
    case 'false':
    case 'ignore':
      return 'Ignore'
    default:
      throw new Error(
        `invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`,
      )
  }
}
