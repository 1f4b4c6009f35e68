// The program `mini`, which is also kubectl when it is called by that name or as `mini kubectl -- …`.
import {basename} from 'node:path'
import {kubectlRoot, miniRoot} from './commands/index.ts'
import {systemIo} from './io.ts'
import {type Program, runProgram} from './run.ts'

const programOf = (
  env: NodeJS.ProcessEnv,
  argv: readonly string[],
): {name: Program['name']; argv: readonly string[]} => {
  if (basename(env.MINI_INVOKED_AS ?? '') === 'kubectl') return {name: 'kubectl', argv}
  if (argv[0] !== 'kubectl') return {name: 'mini', argv}
  return {name: 'kubectl', argv: argv[1] === '--' ? argv.slice(2) : argv.slice(1)}
}

const {name, argv} = programOf(process.env, process.argv.slice(2))
const root = name === 'kubectl' ? kubectlRoot : miniRoot
// No await at the top level: the bundle for hot commands is CommonJS.
void runProgram({name, root, io: systemIo(process.env)}, argv).then((code) => {
  process.exitCode = code
  // Sockets that are kept for a next request must not keep the process.
  process.exit()
})
