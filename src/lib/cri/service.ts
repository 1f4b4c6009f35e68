// CRI's methods on the serving side: plain functions of messages become gRPC methods.
import type {CallContext, GrpcMethod} from '../grpc/server.ts'
import {decode, encode} from './codec.ts'
import type {Message, MessageName, Received} from './messages.ts'
import {services} from './services.ts'

type Services = typeof services
type Method = {readonly request: MessageName; readonly response: MessageName; readonly stream: boolean}
type Handler<M> = M extends Method
  ? M['stream'] extends true
    ? (request: Received<M['request']>, context: CallContext) => AsyncIterable<Message<M['response']>>
    : (request: Received<M['request']>, context: CallContext) => Promise<Message<M['response']>>
  : never

/** What is absent answers `unimplemented`. */
export type CriHandlers = {
  readonly [S in keyof Services]?: {readonly [M in keyof Services[S]]?: Handler<Services[S][M]>}
}

type AnyHandler = (request: object, context: CallContext) => unknown

async function* encodeEach(name: MessageName, answers: AsyncIterable<object>): AsyncGenerator<Uint8Array> {
  for await (const answer of answers) yield encode(name, answer)
}

const methodOf = (method: Method, handler: AnyHandler): GrpcMethod =>
  method.stream
    ? {
        stream: true,
        call: (bytes, context) =>
          encodeEach(method.response, handler(decode(method.request, bytes), context) as AsyncIterable<object>),
      }
    : {
        stream: false,
        call: async (bytes, context) =>
          encode(method.response, (await handler(decode(method.request, bytes), context)) as object),
      }

export const criMethods = (handlers: CriHandlers): Map<string, GrpcMethod> => {
  const methods = new Map<string, GrpcMethod>()
  for (const [service, known] of Object.entries(services)) {
    const given = (handlers as Record<string, Record<string, AnyHandler> | undefined>)[service] ?? {}
    for (const [name, method] of Object.entries<Method>(known)) {
      const handler = given[name]
      if (handler) methods.set(`/runtime.v1.${service}/${name}`, methodOf(method, handler))
    }
  }
  return methods
}

export type RuntimeHandlers = NonNullable<CriHandlers['RuntimeService']>
export type ImageHandlers = NonNullable<CriHandlers['ImageService']>
