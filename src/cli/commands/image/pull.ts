import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE',
  summary: 'Fetch an image from its registry',
  description: 'Fetches an image from its registry, as whom docker login has made you there.',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    const [image] = args
    if (image === undefined || args.length > 1) throw usageMistake(invocation, 'pull takes one image')
    const {pull} = await import('../../image/pull.ts')
    const id = await withRuntimes(selectedProfile(invocation), (clients) => pull(clients, image, io))
    io.out(`${id}\n`)
  },
})
