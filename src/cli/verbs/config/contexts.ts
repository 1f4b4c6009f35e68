import {
  deleteContext as deleteDefinition,
  type getContextsFlags,
  renameContext as renameDefinition,
  type setContextFlags,
  setContext as setDefinition,
  useContext as useDefinition,
} from '../../commands/config/contexts.ts'
import {alignTabs, tableTabs} from '../../go/tabwriter.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'
import {editKubeconfig} from '../../kubeconfig/edit.ts'
import {type Context, startingKubeconfig} from '../../kubeconfig/kubeconfig.ts'
import {together} from '../../report-error.ts'
import {showHelp, unexpectedArgs} from './help-on-mistake.ts'

export const currentContext = async (invocation: Invocation): Promise<void> => {
  const {currentContext: name} = startingKubeconfig(invocation)
  if (name === '') throw new Error('current-context is not set')
  invocation.io.out(`${name}\n`)
}

export const deleteContext = async (invocation: Invocation): Promise<void> => {
  const {args, io} = invocation
  const [name = ''] = args
  if (args.length !== 1) {
    showHelp(invocation, deleteDefinition)
    return
  }
  const edit = editKubeconfig(invocation)
  const file = edit.fileOf('contexts', name)
  if (!edit.find('contexts', name)) throw new Error(`cannot delete context ${name}, not in ${file}`)
  if (edit.currentContext() === name)
    io.err('warning: this removed your active context, use "kubectl config use-context" to select a different one\n')
  edit.remove('contexts', name)
  edit.save()
  io.out(`deleted context ${name} from ${file}\n`)
}

export const getContexts = async (invocation: Invocation<typeof getContextsFlags>): Promise<void> => {
  const {flags: own, args, io} = invocation
  if (own.output !== '' && own.output !== 'name')
    throw new Error(
      `--output ${own.output} is not available in kubectl config get-contexts; resetting to default output format`,
    )
  const {contexts, currentContext: current} = startingKubeconfig(invocation)
  const names = args.length > 0 ? args : [...contexts.keys()]
  const missing = names.filter((name) => !contexts.has(name))
  const shown = names.filter((name) => contexts.has(name)).toSorted()
  if (own.output === 'name') io.out(shown.map((name) => `${name}\n`).join(''))
  else io.out(contextTable(shown, contexts, current, !own['no-headers']))
  if (missing.length > 0) throw together(missing.map((name) => new Error(`context ${name} not found`)))
}

const contextTable = (
  names: readonly string[],
  contexts: ReadonlyMap<string, Context>,
  current: string,
  headers: boolean,
): string => {
  const rows = names.map((name) => {
    const {cluster = '', user = '', namespace = ''} = contexts.get(name) ?? {}
    return [name === current ? '*' : '', name, cluster, user, namespace].join('\t')
  })
  const lines = headers ? ['CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE', ...rows] : rows
  return lines.length === 0 ? '' : alignTabs(lines.map((line) => `${line}\n`).join(''), tableTabs)
}

export const renameContext = async (invocation: Invocation): Promise<void> => {
  const {args, io} = invocation
  const [from = '', to = ''] = args
  if (args.length !== 2) {
    showHelp(invocation, renameDefinition)
    throw unexpectedArgs(args)
  }
  const edit = editKubeconfig(invocation)
  const context = edit.find<Context>('contexts', from)
  const file = edit.fileOf('contexts', from)
  if (!context) throw new Error(`cannot rename the context "${from}", it's not in ${file}`)
  if (edit.find('contexts', to))
    throw new Error(`cannot rename the context "${from}", the context "${to}" already exists in ${file}`)
  edit.set('contexts', to, context)
  edit.remove('contexts', from)
  if (edit.currentContext() === from) edit.setCurrentContext(to)
  edit.save()
  io.out(`Context "${from}" renamed to "${to}".\n`)
}

const contextToSet = (invocation: Invocation<typeof setContextFlags>, current: string): string => {
  const {flags: own, args} = invocation
  if (args.length > 1) {
    showHelp(invocation as unknown as Invocation, setDefinition)
    throw new Error(`unexpected args: [${args.join(' ')}]`)
  }
  if (own.current && args.length > 0) throw new Error('you cannot specify both a context name and --current')
  if (!own.current && args.length === 0) throw new Error('you must specify a non-empty context name or --current')
  if (own.current && current === '') throw new Error('no current context is set')
  return own.current ? current : (args[0] ?? '')
}

export const setContext = async (invocation: Invocation<typeof setContextFlags>): Promise<void> => {
  const {flags: own, given, io} = invocation
  const edit = editKubeconfig(invocation)
  const name = contextToSet(invocation, edit.currentContext())
  const known = edit.find<Context>('contexts', name)
  const changed: Context = {...known}
  for (const field of ['cluster', 'user', 'namespace'] as const) if (given(field)) changed[field] = own[field]
  edit.set('contexts', name, changed)
  edit.save()
  io.out(`Context "${name}" ${known ? 'modified' : 'created'}.\n`)
}

export const useContext = async (invocation: Invocation): Promise<void> => {
  const {args, io} = invocation
  const [name = ''] = args
  if (args.length !== 1) {
    showHelp(invocation, useDefinition)
    throw unexpectedArgs(args)
  }
  if (name === '') throw new Error('empty context names are not allowed')
  const edit = editKubeconfig(invocation)
  if (!edit.find('contexts', name)) throw new Error(`no context exists with the name: "${name}"`)
  edit.setCurrentContext(name)
  edit.save()
  io.out(`Switched to context "${name}".\n`)
}
