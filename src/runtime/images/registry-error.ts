/** A registry's refusal: asking again would not help. */
export class RegistryError extends Error {
  readonly status: number
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RegistryError'
    this.status = status
  }
}
