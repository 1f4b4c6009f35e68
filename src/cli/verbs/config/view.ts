import {readFileSync} from 'node:fs'
import type {viewFlags} from '../../commands/config/values.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'
import {documentOf} from '../../kubeconfig/document.ts'
import {type Cluster, type KubeConfig, startingKubeconfig, type User} from '../../kubeconfig/kubeconfig.ts'
import {createPrinter} from '../../output/printer.ts'

type View = Invocation<typeof viewFlags>

/** Only what the current context, or the one chosen by flags, uses. */
const minified = (config: KubeConfig, {globals}: View): KubeConfig => {
  const current = globals.context || config.currentContext
  if (current === '') throw new Error('current-context must exist in order to minify')
  const context = config.contexts.get(current)
  if (!context) throw new Error(`cannot locate context ${current}`)
  const only = <T>(entries: Map<string, T>, name: string | undefined): Map<string, T> =>
    new Map([...entries].filter(([key]) => key === name))
  return {
    ...config,
    currentContext: current,
    contexts: new Map([[current, context]]),
    clusters: only(config.clusters, context.cluster),
    users: only(config.users, context.user),
  }
}

const redactedUser = (user: User): User => {
  const shown = {...user}
  for (const field of ['client-certificate-data', 'client-key-data'] as const)
    if (shown[field]) shown[field] = 'DATA+OMITTED'
  for (const field of ['token', 'password'] as const) if (shown[field]) shown[field] = 'REDACTED'
  return shown
}

const redactedCluster = (cluster: Cluster): Cluster =>
  cluster['certificate-authority-data'] ? {...cluster, 'certificate-authority-data': 'DATA+OMITTED'} : cluster

const redacted = (config: KubeConfig): KubeConfig => ({
  ...config,
  clusters: new Map([...config.clusters].map(([name, cluster]) => [name, redactedCluster(cluster)])),
  users: new Map([...config.users].map(([name, user]) => [name, redactedUser(user)])),
})

const withContent = <T extends Record<string, unknown>>(entry: T, fields: readonly string[]): T => {
  const flat: Record<string, unknown> = {...entry}
  for (const field of fields) {
    const file = flat[field]
    if (typeof file !== 'string' || file === '') continue
    flat[`${field}-data`] = readFileSync(file).toString('base64')
    delete flat[field]
  }
  return flat as T
}

const flattened = (config: KubeConfig): KubeConfig => ({
  ...config,
  clusters: new Map(
    [...config.clusters].map(([name, cluster]) => [name, withContent(cluster, ['certificate-authority'])]),
  ),
  users: new Map(
    [...config.users].map(([name, user]) => [name, withContent(user, ['client-certificate', 'client-key'])]),
  ),
})

export const view = async (invocation: View): Promise<void> => {
  const {flags: own, args, io} = invocation
  if (args.length > 0) throw usageMistake(invocation, `unexpected arguments: [${args.join(' ')}]`)
  let config = startingKubeconfig(invocation)
  if (own.minify) config = minified(config, invocation)
  if (own.flatten) config = flattened(config)
  else if (!own.raw) config = redacted(config)
  const print = await createPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: true,
    keepOrder: true,
  })
  io.out(print(documentOf(config)))
}
