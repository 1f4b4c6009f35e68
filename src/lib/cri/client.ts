// CRI's methods as functions: `cri.RuntimeService.RunPodSandbox({config})`.
import {type GrpcCallOptions, GrpcClient} from '../grpc/client.ts'
import {decode, encode} from './codec.ts'
import type {Message, MessageName, Received} from './messages.ts'
import {services} from './services.ts'

type Services = typeof services
type Method = {readonly request: MessageName; readonly response: MessageName; readonly stream: boolean}
type Call<M> = M extends Method
  ? M['stream'] extends true
    ? (request: Message<M['request']>, options?: GrpcCallOptions) => AsyncIterable<Received<M['response']>>
    : (request: Message<M['request']>, options?: GrpcCallOptions) => Promise<Received<M['response']>>
  : never

export type CriClient = {
  readonly [S in keyof Services]: {readonly [M in keyof Services[S]]: Call<Services[S][M]>}
} & Disposable

async function* decodeEach(name: MessageName, answers: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const answer of answers) yield decode(name, answer)
}

const callOf = (grpc: GrpcClient, path: string, method: Method) => {
  const encodeRequest = (request: object): Uint8Array => encode(method.request, request)
  if (method.stream)
    return (request: object, options?: GrpcCallOptions) =>
      decodeEach(method.response, grpc.stream(path, encodeRequest(request), options))
  return async (request: object, options?: GrpcCallOptions) =>
    decode(method.response, await grpc.unary(path, encodeRequest(request), options))
}

export const createCriClient = (socketPath: string): CriClient => {
  const grpc = new GrpcClient(socketPath)
  const client: Record<string | symbol, unknown> = {[Symbol.dispose]: () => grpc[Symbol.dispose]()}
  for (const [service, methods] of Object.entries(services))
    client[service] = Object.fromEntries(
      Object.entries<Method>(methods).map(([name, method]) => [
        name,
        callOf(grpc, `/runtime.v1.${service}/${name}`, method),
      ]),
    )
  return client as unknown as CriClient
}
