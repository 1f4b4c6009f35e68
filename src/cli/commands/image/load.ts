import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {UsageError} from '../../../lib/usage-error.ts'
import {withImageTools} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'FILE',
  summary: 'Bring images in from a file: an archive of docker save, or an OCI layout',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    const [file] = args
    if (file === undefined || args.length > 1) throw usageMistake(invocation, 'load takes one file')
    const path = resolve(io.cwd, file)
    if (!existsSync(path)) throw new UsageError(`the file ${JSON.stringify(file)} does not exist`)
    const {names} = await withImageTools(selectedProfile(invocation), (tools) => tools.call('Load', {file: path}))
    for (const name of names) io.out(`${name}\n`)
  },
})
