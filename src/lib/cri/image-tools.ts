// The client of mini-cri's own image methods (src/runtime/services/image-tools.ts).
import {type GrpcCallOptions, GrpcClient} from '../grpc/client.ts'

export interface ImageTools extends Disposable {
  /** An archive of `docker save` or an OCI layout, by its path. Gives the names in it. */
  load(file: string, options?: GrpcCallOptions): Promise<readonly string[]>
  save(names: readonly string[], file: string, options?: GrpcCallOptions): Promise<void>
  tag(source: string, target: string, options?: GrpcCallOptions): Promise<void>
}

export const createImageTools = (socketPath: string): ImageTools => {
  const grpc = new GrpcClient(socketPath)
  const call = async (name: string, request: object, options?: GrpcCallOptions): Promise<Record<string, unknown>> => {
    const answer = await grpc.unary(`/mini.v1.ImageTools/${name}`, Buffer.from(JSON.stringify(request)), options)
    return JSON.parse(Buffer.from(answer).toString()) as Record<string, unknown>
  }
  return {
    load: async (file, options) => (await call('Load', {file}, options)).names as string[],
    save: async (names, file, options) => void (await call('Save', {names, file}, options)),
    tag: async (source, target, options) => void (await call('Tag', {source, target}, options)),
    [Symbol.dispose]: () => grpc[Symbol.dispose](),
  }
}
