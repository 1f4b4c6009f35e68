// gRPC's outcomes, as far as CRI needs them.
export const grpcCodes = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const

export class GrpcError extends Error {
  readonly code: number
  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'GrpcError'
    this.code = code
  }
}

export const isGrpcCode = (error: unknown, code: number): error is GrpcError =>
  error instanceof GrpcError && error.code === code

/** grpc-message travels percent-encoded. */
export const encodeStatusMessage = (message: string): string =>
  encodeURIComponent(message.slice(0, 8192)).replaceAll('%20', ' ')

export const decodeStatusMessage = (message: string): string => {
  try {
    return decodeURIComponent(message)
  } catch (error) {
    if (error instanceof URIError) return message
    throw error
  }
}
