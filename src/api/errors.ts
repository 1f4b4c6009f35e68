// The one error that travels on the wire: a Kubernetes Status with a code and a reason.
import type {Status, StatusDetails} from './schema/types.gen.ts'

export type Reason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'ServiceUnavailable'
  | ''

const codes: Record<Exclude<Reason, ''>, number> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  Invalid: 422,
  ServerTimeout: 500,
  Timeout: 504,
  TooManyRequests: 429,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  InternalError: 500,
  ServiceUnavailable: 503,
}

export interface ApiErrorOptions extends ErrorOptions {
  readonly code?: number | undefined
  readonly details?: StatusDetails | undefined
}

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly reason: Reason
  readonly code: number
  readonly details: StatusDetails | undefined

  constructor(reason: Reason, message: string, options: ApiErrorOptions = {}) {
    super(message, options)
    this.reason = reason
    this.code = options.code ?? (reason === '' ? 500 : codes[reason])
    this.details = options.details
  }
}

export const statusOf = (error: ApiError): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: error.message,
  ...(error.reason === '' ? {} : {reason: error.reason}),
  ...(error.details ? {details: error.details} : {}),
  code: error.code,
})

export const errorFromStatus = (status: Status): ApiError =>
  new ApiError((status.reason ?? '') as Reason, status.message ?? 'unknown', {
    code: status.code ?? 500,
    details: status.details,
  })

export const hasReason = (error: unknown, ...reasons: Reason[]): error is ApiError =>
  error instanceof ApiError && reasons.includes(error.reason)

/** For `.catch(unlessReason('NotFound'))`: swallows the outcome that is expected, rethrows the rest. */
export const unlessReason =
  (...reasons: Reason[]) =>
  (error: unknown): undefined => {
    if (hasReason(error, ...reasons)) return undefined
    throw error
  }
