// Callers in this process enter at the same door, without sockets and without turning objects into text.
import type {Transport} from '../../api/transport.ts'
import type {Backend} from '../backend.ts'
import type {Caller} from '../contract.ts'
import {handle} from '../door.ts'
import {upgrade} from '../upgrade.ts'

export const localTransport = (backend: Backend, {user, userAgent = ''}: Caller): Transport => {
  const arrival = {user, local: true}
  return {
    request: (request) => handle(backend, {...arrival, request, userAgent: request.headers['user-agent'] ?? userAgent}),
    upgrade: (request) =>
      upgrade(backend, {...arrival, request, userAgent: request.headers['user-agent'] ?? userAgent}),
    async [Symbol.asyncDispose]() {
      // The server belongs to somebody else.
    },
  }
}
