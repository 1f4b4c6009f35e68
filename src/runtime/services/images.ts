// Images as CRI has them.
import type {Message} from '../../lib/cri/messages.ts'
import type {ImageHandlers} from '../../lib/cri/service.ts'
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

export const imageHandlers = (runtime: Runtime): ImageHandlers => ({
  ImageStatus: async ({image}) => {
    const found = runtime.images.find(image?.image ?? '')
    return found ? {image: described(found)} : {}
  },
  ListImages: async ({filter}) => {
    const name = filter?.image?.image
    return {
      images: runtime.images
        .list()
        .filter((image) => !name || runtime.images.find(name) === image)
        .map(described),
    }
  },
  PullImage: async ({image, auth}, {signal}) => ({
    imageRef: await runtime.images.pull(image?.image ?? '', auth, signal),
  }),
  RemoveImage: async ({image}) => {
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
