import {resolve} from 'node:path'
import {withImageTools} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command, string} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'IMAGE... -o FILE',
  summary: 'Write images to a file, as docker save does',
  flags: {output: string('The file.', {short: 'o'})},
  required: ['output'],
  async run(invocation) {
    const {args, io, flags} = invocation
    if (args.length === 0) throw usageMistake(invocation, 'save takes images')
    const file = resolve(io.cwd, flags.output)
    await withImageTools(selectedProfile(invocation), (tools) => tools.call('Save', {names: args, file}))
  },
})
