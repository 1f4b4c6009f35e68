// The images that are here.
import type {Received} from '../../lib/cri/messages.ts'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {hostImage, isHostImage} from './host-image.ts'
import type {RuntimeImage} from './image.ts'

export class Images {
  readonly folder: string
  constructor(folder: string) {
    this.folder = folder
  }
  find(name: string): RuntimeImage | undefined {
    return isHostImage(name) ? hostImage : undefined
  }
  list(): RuntimeImage[] {
    return [hostImage]
  }
  async pull(name: string, _auth: Received<'AuthConfig'> | undefined, _signal: AbortSignal): Promise<string> {
    if (isHostImage(name)) return hostImage.id
    throw new GrpcError(grpcCodes.notFound, `failed to pull image "${name}": not found`)
  }
  async remove(_name: string): Promise<void> {}
  diskUsage(): {usedBytes: number; files: number} {
    return {usedBytes: 0, files: 0}
  }
}
