import {withRuntime} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE',
  summary: 'Fetch an image from its registry',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    const [image] = args
    if (image === undefined || args.length > 1) throw usageMistake(invocation, 'pull takes one image')
    const {imageRef} = await withRuntime(selectedProfile(invocation), (runtime) =>
      runtime.ImageService.PullImage({image: {image}}),
    )
    io.out(`${imageRef}\n`)
  },
})
