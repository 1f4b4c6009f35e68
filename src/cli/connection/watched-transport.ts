// A transport that says on stderr what the server warns of, and puts failures to connect in kubectl's words.
import {ApiError} from '../../api/errors.ts'
import type {ApiRequest, ApiResponse, Transport} from '../../api/transport.ts'
import {hasCode} from '../../lib/node-error.ts'
import type {Invocation} from '../invocation.ts'
import type {TrafficLog} from './traffic-log.ts'
import {parseWarnings} from './warning-header.ts'

type Wants = Pick<Invocation, 'globals' | 'io'>

let warnings = 0
/** How many were shown so far: --warnings-as-errors ends with their number. */
export const warningsShown = (): number => warnings

/** The text of `Warning: 299 - "…"` headers, each said once. */
const sayWarnings = (response: ApiResponse, {io}: Wants, said: Set<string>): void => {
  for (const text of parseWarnings(response.headers.warning)) {
    if (said.has(text)) continue
    said.add(text)
    warnings++
    const label = io.isTerminal.err ? '\u001b[33;1mWarning:\u001b[0m' : 'Warning:'
    io.err(`${label} ${text}\n`)
  }
}

const cannotReach = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EACCES', 'EPIPE']

export interface WatchedOptions {
  /** When nobody listens there. */
  readonly refused: (error: Error) => Error
  /** Other failures that have words of their own. */
  readonly words?: (error: Error) => Error | undefined
  readonly log?: TrafficLog | undefined
}

export const watched = (transport: Transport, wants: Wants, {refused, words, log}: WatchedOptions): Transport => {
  const said = new Set<string>()
  const spoken = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      return await send()
    } catch (error) {
      if (error instanceof ApiError || !(error instanceof Error)) throw error
      const other = words?.(error)
      if (other) throw other
      if (error instanceof AggregateError || hasCode(error, ...cannotReach)) throw refused(error)
      throw error
    }
  }
  return {
    async request(request: ApiRequest) {
      log?.request(request, request.headers)
      // Not `performance`: what measures it is a module of its own, which is loaded when it is first asked.
      const start = log ? performance.now() : 0
      const response = await spoken(() => transport.request(request))
      sayWarnings(response, wants, said)
      return log ? log.response(request, response, performance.now() - start) : response
    },
    upgrade: (request) => spoken(() => transport.upgrade(request)),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  }
}

/** Asks once more where new credentials may help. */
export const renewing = (transport: Transport, renew: () => Promise<boolean>): Transport => ({
  async request(request) {
    const response = await transport.request(request)
    if (response.status !== 401 || !(await renew())) return response
    return transport.request(request)
  },
  upgrade: (request) => transport.upgrade(request),
  [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
})
