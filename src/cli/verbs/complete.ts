import {candidatesFor} from '../completion/candidates.ts'
import {directiveName} from '../completion/directive.ts'
import {kubectlGlobals, miniGlobals} from '../global-flags.ts'
import type {Invocation} from '../invocation.ts'

export const complete = async (invocation: Invocation): Promise<void> => {
  const {args, io, program, words} = invocation
  const {kubectlRoot, miniRoot} = await import('../commands/index.ts')
  const plain = words[0] === '__completeNoDesc'
  const {candidates, directive} = await candidatesFor({
    root: program === 'kubectl' ? kubectlRoot : miniRoot,
    globals: program === 'kubectl' ? kubectlGlobals : miniGlobals,
    line: args,
    askedFor: (globals) => ({
      io,
      program,
      globals,
      connect: async () => (await import('../connection/connect.ts')).connect({...invocation, globals}),
    }),
  })
  const shown = plain ? candidates.map((candidate) => candidate.split('\t')[0]) : candidates
  io.out([...shown, `:${directive}`, ''].join('\n'))
  io.err(`Completion ended with directive: ${directiveName(directive)}\n`)
}
