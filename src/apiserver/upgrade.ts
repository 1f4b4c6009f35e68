// Requests that turn a connection into another protocol.
import type {Duplex} from 'node:stream'
import type {ApiResponse} from '../api/transport.ts'
import type {Backend} from './backend.ts'
import type {Arrival} from './door.ts'
import {admit} from './door.ts'
import {noSuchPath} from './errors.ts'
import {requestInfo} from './request/info.ts'

export interface Upgraded {
  readonly headers: ApiResponse['headers']
  readonly socket: Duplex
}

/** Rejects with ApiError where the request is refused. */
export const upgrade = async (backend: Backend, arrival: Arrival): Promise<Upgraded> => {
  admit(backend, arrival, requestInfo(arrival.request.method, arrival.request.url))
  throw noSuchPath()
}
