import {kubectlGlobals, miniGlobals} from '../global-flags.ts'
import {renderFlags} from '../help/render.ts'
import type {Invocation} from '../invocation.ts'

export const options = async ({io, program}: Pick<Invocation, 'io' | 'program'>): Promise<void> => {
  const home = `${io.env.HOME ?? ''}/.kube/cache`
  const globals = program === 'kubectl' ? kubectlGlobals : miniGlobals
  const flags = {...globals, 'cache-dir': {...globals['cache-dir'], default: home}}
  io.out(`The following options can be passed to any command:\n\n${renderFlags(flags)}`)
}
