import {kubectlRoot, miniRoot} from '../commands/index.ts'
import {findCommand} from '../find-command.ts'
import {kubectlGlobals} from '../global-flags.ts'
import {renderHelp} from '../help/render.ts'
import type {Invocation} from '../invocation.ts'

export const help = async ({io, program, args}: Pick<Invocation, 'io' | 'program' | 'args'>): Promise<number> => {
  const root = program === 'kubectl' ? kubectlRoot : miniRoot
  const found = await findCommand(root, kubectlGlobals, args)
  const text = renderHelp({...found, program})
  if (found.unknown === undefined || found.words.length > 0) {
    io.out(text)
    return 0
  }
  const sections = text.slice(text.indexOf('\n\n', text.indexOf('\n\n') + 2) + 2)
  io.err(`Unknown help topic [${args.map((word) => `\`${word}\``).join(' ')}]\n\n\n${sections}`)
  return 0
}
