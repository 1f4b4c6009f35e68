// Images as volumes: their layers are put together in a folder of the container's, and that, or a part of it, is what
// the container mounts, read-only and without programs to run.
import {existsSync, mkdirSync, statSync} from 'node:fs'
import {join, normalize} from 'node:path'
import type {Received} from '../lib/cri/messages.ts'
import {GrpcError, grpcCodes} from '../lib/grpc/status.ts'
import type {RuntimeImage} from './images/image.ts'
import type {BindMount, ImageMount} from './launch/spec.ts'

type Mount = Received<'Mount'>
export type FindImage = (name: string) => RuntimeImage | undefined

export const isImageMount = ({image}: Mount): boolean => (image?.image ?? '') !== ''

const needed = ({image}: Mount, find: FindImage): RuntimeImage => {
  const found = find(image?.image ?? '')
  if (!found) throw new GrpcError(grpcCodes.notFound, `image "${image?.image}" not found`)
  return found
}

export const mountedImages = (mounts: readonly Mount[], find: FindImage): RuntimeImage[] =>
  mounts.filter(isImageMount).map((mount) => needed(mount, find))

export interface ImageBind {
  readonly bind: BindMount
  readonly image: ImageMount
}

export const imageBindOf = (mount: Mount, at: number, folder: string, find: FindImage): ImageBind => {
  const {layers} = needed(mount, find)
  const target = join(folder, `image-${at}`)
  mkdirSync(target, {recursive: true, mode: 0o755})
  const below = normalize(`/${mount.imageSubPath}`)
  const layer = layers.find((path) => existsSync(join(path, below)))
  if (!layer)
    throw new GrpcError(
      grpcCodes.invalidArgument,
      `failed to mount image volume: image sub path "${mount.imageSubPath}" does not exist in image "${mount.image?.userSpecifiedImage || mount.image?.image}"`,
    )
  return {
    image: {target, layers},
    bind: {
      source: below === '/' ? target : join(target, below),
      target: mount.containerPath,
      readOnly: true,
      propagation: 'private',
      noPrograms: true,
      isFolder: statSync(join(layer, below)).isDirectory(),
    },
  }
}
