// What was thrown, as kubectl says it on stderr, and the exit code. The only place that knows both.
import {ApiError} from '../api/errors.ts'
import {UsageError} from '../lib/usage-error.ts'
import {type Io, ReaderGone} from './io.ts'
import {Exit, Failure, UsageMistake} from './usage-mistake.ts'

/** Several outcomes of one command: each on its own line. */
export class Several extends Error {
  override readonly name = 'Several'
  readonly errors: readonly unknown[]
  constructor(errors: readonly unknown[]) {
    super(errors.map((error) => (error instanceof Error ? error.message : String(error))).join('\n'))
    this.errors = errors
  }
}

/** One, or several as one. */
export const together = (errors: readonly unknown[]): unknown => (errors.length === 1 ? errors[0] : new Several(errors))

const serverError = (error: ApiError): string =>
  error.reason === '' ? `Error from server: ${error.message}` : `Error from server (${error.reason}): ${error.message}`

/** An object refused by validation: its causes as a list. */
const invalid = (error: ApiError): string => {
  const {details} = error
  const causes = details?.causes ?? []
  if (!details) return `The request is invalid: ${error.message}`
  const named = (details.kind ?? '') !== '' || (details.name ?? '') !== ''
  const head = named ? `The ${details.kind ?? ''} "${details.name ?? ''}" is invalid` : 'The request is invalid'
  if (causes.length === 0) return named ? head : `${head}: ${error.message}`
  const lines = [...new Set(causes.map(({field, message}) => `${field ?? ''}: ${message ?? ''}`))]
  const only = lines[0] ?? ''
  // A cause may end with a line of its own: there is one more below it.
  return lines.length === 1 ? `${head}: ${only}\n` : `${head}: \n${lines.map((line) => `* ${line}`).join('\n')}`
}

/** Without `Error from server`, where the words of the command itself come first. */
export const messageOf = (error: unknown): string => {
  if (error instanceof ApiError) {
    if (error.reason === 'Invalid') return invalid(error)
    return serverError(error)
  }
  if (error instanceof Error) return error.message
  return String(error)
}

/** In company an error is not announced as one. */
const oneOfSeveral = (error: unknown): string => {
  if (error instanceof Several) {
    const lines = [...new Set(error.errors.map(oneOfSeveral))]
    return lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`
  }
  if (error instanceof ApiError) return serverError(error)
  return error instanceof Error ? error.message : String(error)
}

const linesOf = (error: unknown): string => {
  if (error instanceof Several) return error.errors.map(oneOfSeveral).join('\n')
  if (error instanceof UsageMistake)
    return `error: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`
  if (error instanceof Failure) return error.message
  if (error instanceof ApiError) return messageOf(error)
  if (error instanceof UsageError) return `error: ${error.message}`
  if (error instanceof Error) return `error: ${error.message}`
  return `error: ${String(error)}`
}

export const reportError = (error: unknown, io: Io): number => {
  if (error instanceof Exit) return error.code
  // 128 + SIGPIPE: what a shell shows for a program that wrote to nobody.
  if (error instanceof ReaderGone) return 141
  const text = linesOf(error)
  io.err(text.endsWith('\n') ? text : `${text}\n`)
  if (isBug(error) && error instanceof Error && io.env.MINI_DEBUG) io.err(`${error.stack}\n`)
  return error instanceof Failure ? error.code : 1
}

const isBug = (error: unknown): boolean =>
  !(
    error instanceof ApiError ||
    error instanceof UsageMistake ||
    error instanceof Failure ||
    error instanceof UsageError
  )
