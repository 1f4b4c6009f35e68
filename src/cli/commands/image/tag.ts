import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE NEW_NAME',
  summary: 'Give an image another name',
  flags: {},
  async run(invocation) {
    const [source, target, ...more] = invocation.args
    if (source === undefined || target === undefined || more.length > 0)
      throw usageMistake(invocation, 'tag takes an image and a new name')
    const {tagImage} = await import('../../image/image-files.ts')
    await withRuntimes(selectedProfile(invocation), (clients) => tagImage(clients, source, target))
  },
})
