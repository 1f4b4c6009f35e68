import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'PACKAGE...',
  summary: 'Add the commands of npm packages that are made with oclif',
  description:
    "Add the commands of npm packages that are made with oclif: a name, a folder or whatever else 'npm install' takes. They run as 'mini NAME'.",
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    if (args.length === 0) throw usageMistake(invocation, 'say which npm package to install')
    const {installPackages} = await import('../../oclif/install.ts')
    for (const name of await installPackages(io, args)) io.out(`plugin ${JSON.stringify(name)} installed\n`)
  },
})
