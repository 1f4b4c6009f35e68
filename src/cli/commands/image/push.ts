import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE',
  summary: 'Send an image to the registry of its name',
  description: 'Sends an image to the registry of its name, as whom docker login has made you there.',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    const [image] = args
    if (image === undefined || args.length > 1) throw usageMistake(invocation, 'push takes one image')
    const [{pushImage}, {credentialsFor}, {registryOf}] = await Promise.all([
      import('../../image/image-files.ts'),
      import('../../image/docker-config.ts'),
      import('../../image/names.ts'),
    ])
    const auth = credentialsFor(registryOf(image), io.env)
    const digest = await withRuntimes(selectedProfile(invocation), (clients) => pushImage(clients, image, auth))
    if (digest) io.out(`${digest}\n`)
  },
})
