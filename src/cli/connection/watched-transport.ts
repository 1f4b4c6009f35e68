// A transport that says on stderr what the server warns of, and puts failures to connect in kubectl's words.
import {ApiError} from '../../api/errors.ts'
import type {ApiRequest, ApiResponse, Transport} from '../../api/transport.ts'
import {hasCode} from '../../lib/node-error.ts'
import type {Invocation} from '../invocation.ts'
import {parseWarnings} from './warning-header.ts'

type Wants = Pick<Invocation, 'globals' | 'io'>

/** The text of `Warning: 299 - "…"` headers, each said once. */
const sayWarnings = (response: ApiResponse, {io}: Wants, said: Set<string>): void => {
  for (const text of parseWarnings(response.headers.warning)) {
    if (said.has(text)) continue
    said.add(text)
    const label = io.isTerminal.err ? '\u001b[33;1mWarning:\u001b[0m' : 'Warning:'
    io.err(`${label} ${text}\n`)
  }
}

const cannotReach = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EACCES', 'EPIPE']

export const watched = (transport: Transport, wants: Wants, refused: (error: Error) => Error): Transport => {
  const said = new Set<string>()
  const spoken = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      return await send()
    } catch (error) {
      if (error instanceof ApiError || !(error instanceof Error)) throw error
      if (error instanceof AggregateError || hasCode(error, ...cannotReach)) throw refused(error)
      throw error
    }
  }
  return {
    async request(request: ApiRequest) {
      if (wants.globals.v >= 6) wants.io.err(`${request.method} ${request.url}\n`)
      const response = await spoken(() => transport.request(request))
      sayWarnings(response, wants, said)
      return response
    },
    upgrade: (request) => spoken(() => transport.upgrade(request)),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  }
}
