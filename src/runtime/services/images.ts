// Images as CRI has them.
import {statfsSync} from 'node:fs'
import type {Message} from '../../lib/cri/messages.ts'
import type {ImageHandlers} from '../../lib/cri/service.ts'
import {BuildCache} from '../build/cache.ts'
import type {RuntimeImage} from '../images/image.ts'
import type {Runtime} from '../runtime.ts'
import {nowNanos} from '../time.ts'

const described = (image: RuntimeImage): Message<'Image'> => {
  const [user = ''] = image.config.user.split(':')
  return {
    id: image.id,
    repoTags: image.repoTags,
    repoDigests: image.repoDigests,
    size: image.size,
    ...(/^\d+$/.test(user) ? {uid: {value: Number(user)}} : {username: user}),
    pinned: image.pinned,
  }
}

/** Then images are removed to make room: what builds keep goes before them. */
const isNearlyFull = (folder: string): boolean => {
  const {bavail, blocks} = statfsSync(folder)
  return bavail < blocks / 5
}

export const imageHandlers = (runtime: Runtime): ImageHandlers => ({
  ImageStatus: async ({image, verbose}) => {
    const found = runtime.images.find(image?.image ?? '')
    if (!found) return {}
    const info = verbose ? {info: {info: JSON.stringify({imageSpec: runtime.images.configFile(found.id)})}} : {}
    return {image: described(found), ...info}
  },
  ListImages: async ({filter}) => {
    const name = filter?.image?.image
    return {
      images: runtime.images
        .list()
        .filter(({id}) => !name || runtime.images.find(name)?.id === id)
        .map(described),
    }
  },
  PullImage: async ({image, auth}, {signal}) => ({
    imageRef: await runtime.images.pull(image?.image ?? '', auth, signal),
  }),
  RemoveImage: async ({image}) => {
    if (isNearlyFull(runtime.images.folder)) new BuildCache(runtime.images.store).clear()
    await runtime.images.remove(image?.image ?? '')
    return {}
  },
  ImageFsInfo: async () => {
    const {bytes, inodes} = runtime.images.diskUsage()
    return {
      imageFilesystems: [
        {
          timestamp: nowNanos(),
          fsId: {mountpoint: runtime.images.folder},
          usedBytes: {value: bytes},
          inodesUsed: {value: inodes},
        },
      ],
    }
  },
})
