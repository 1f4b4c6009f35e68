// Requests that turn a connection into another protocol.
import type {Duplex} from 'node:stream'
import type {ApiResponse} from '../api/transport.ts'
import type {Backend} from './backend.ts'
import type {Arrival} from './door.ts'
import {callOf} from './door.ts'
import {noSuchPath} from './errors.ts'
import {requestInfo} from './request/info.ts'

export interface Upgraded {
  readonly headers: ApiResponse['headers']
  readonly socket: Duplex
}

/** Rejects with ApiError where the request is refused. */
export const upgrade = async (backend: Backend, arrival: Arrival): Promise<Upgraded> => {
  const call = callOf(arrival, requestInfo(arrival.request.method, arrival.request.url))
  await backend.authorize(call)
  throw noSuchPath()
}
