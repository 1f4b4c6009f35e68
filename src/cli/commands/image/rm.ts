import {UsageError} from '../../../lib/usage-error.ts'
import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE...',
  summary: 'Remove images',
  description:
    'Removes images. Of an image with several names only the one that is given goes, and the image with the last of them.',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    if (args.length === 0) throw usageMistake(invocation, 'rm takes images')
    const {fullName} = await import('../../image/names.ts')
    const found = new Set<string>()
    await withRuntimes(selectedProfile(invocation), async ({cri, isMini, tools}) => {
      for (const image of args) {
        const name = isMini || /^(sha256:)?[a-f0-9]{12,64}$/.test(image) ? image : fullName(image)
        const {image: known} = await cri.ImageService.ImageStatus({image: {image: name}})
        if (!known) continue
        if (known.pinned)
          throw new UsageError(`image ${JSON.stringify(image)} is part of the cluster and cannot be removed`)
        found.add(image)
        if (isMini) await tools.call('Untag', {name: image})
        else await cri.ImageService.RemoveImage({image: {image: known.id}})
      }
    })
    for (const image of args) if (found.has(image)) io.out(`image "${image}" removed\n`)
    const missing = args.filter((image) => !found.has(image))
    if (missing.length > 0)
      throw new UsageError(missing.map((image) => `image ${JSON.stringify(image)} not found`).join('\n'))
  },
})
