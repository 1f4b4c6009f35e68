/** What is wrong with a build, and where: `Dockerfile:7: ...`. */
export class BuildError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BuildError'
  }
}

export interface Place {
  readonly file: string
  readonly line: number
}

export const errorAt = ({file, line}: Place, message: string, options?: ErrorOptions): BuildError =>
  new BuildError(`${file}:${line}: ${message}`, options)

/** An error from below, with the place in front of it. */
export const placed = (place: Place, error: unknown): BuildError =>
  error instanceof BuildError
    ? error
    : errorAt(place, error instanceof Error ? error.message : String(error), {cause: error})
