// A value that may not be there.
export class Optional {
  readonly is: {readonly value: unknown} | undefined
  constructor(is: {readonly value: unknown} | undefined) {
    this.is = is
  }
}

export const none = new Optional(undefined)
export const optionalOf = (value: unknown): Optional => (value === undefined ? none : new Optional({value}))
