// How a command ends without having done its work. Everything else that is thrown is an ApiError or a bug.

/** A mistake in flags or arguments: `error: …`, and where to read more. */
export class UsageMistake extends Error {
  override readonly name = 'UsageMistake'
  /** The line below: `See 'kubectl get --help' for usage.` */
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** Ends the command with this code; what had to be said was said. */
export class Exit extends Error {
  override readonly name = 'Exit'
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** `message` on stderr exactly as it is, then this code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: number
  constructor(message: string, code = 1) {
    super(message)
    this.code = code
  }
}
