import {withRuntime} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE...',
  summary: 'Remove images',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    if (args.length === 0) throw usageMistake(invocation, 'rm takes images')
    await withRuntime(selectedProfile(invocation), async (runtime) => {
      for (const image of args) {
        await runtime.ImageService.RemoveImage({image: {image}})
        io.out(`image "${image}" removed\n`)
      }
    })
  },
})
