import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'PACKAGE...',
  summary: 'Take the commands of npm packages out again',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    if (args.length === 0) throw usageMistake(invocation, 'say which npm package to uninstall')
    const {npm} = await import('../../oclif/install.ts')
    await npm(io, 'uninstall', args)
    for (const name of args) io.out(`plugin ${JSON.stringify(name)} uninstalled\n`)
  },
})
