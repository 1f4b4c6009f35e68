import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, resolve} from 'node:path'
import {pathOf, type Resource} from '../../api/resource.ts'
import {
  daemonSets,
  deployments,
  events,
  namespaces,
  nodes,
  pods,
  replicaSets,
  replicationControllers,
  services,
} from '../../api/resources.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {flags} from '../commands/cluster-info/dump.ts'
import {listUrl} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {listAt, nameOf, type Obj} from '../objects.ts'
import {createPrinter, type Printer} from '../output/printer.ts'
import {getJson, sendText} from '../request.ts'

type Dump = Invocation<typeof flags>

const dumped: readonly (readonly [string, Resource])[] = [
  ['events', events],
  ['replication-controllers', replicationControllers],
  ['services', services],
  ['daemonsets', daemonSets],
  ['deployments', deployments],
  ['replicasets', replicaSets],
  ['pods', pods],
]

type Write = (name: string, text: string) => void

const writerOf = ({flags: own, io}: Dump): Write => {
  const folder = own['output-directory']
  if (folder === '' || folder === '-') return (_, text) => io.out(text)
  return (name, text) => {
    const file = resolve(io.cwd, folder, name)
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(file, text)
  }
}

const chosenNamespaces = async ({flags: own, connect}: Dump, client: ApiClient): Promise<string[]> => {
  if (own['all-namespaces']) {
    const {items = []} = await getJson<{items?: Obj[]}>(client, pathOf(namespaces, {}))
    return items.map(nameOf)
  }
  if (own.namespaces.length > 0) return [...own.namespaces]
  const {namespace} = await connect()
  return [...new Set(['kube-system', namespace])]
}

const dumpLogs = async (client: ApiClient, namespace: string, pod: Obj, write: Write): Promise<void> => {
  const name = nameOf(pod)
  for (const container of listAt(pod, 'spec', 'containers').map((one) => String(one.name))) {
    const url = `${pathOf(pods, {namespace, name, subresource: 'log'})}?container=${encodeURIComponent(container)}`
    const text = await sendText(client, url).catch(
      (error: unknown) => `Create log request error: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    write(
      `${namespace}/${name}/logs.txt`,
      `==== START logs for container ${container} of pod ${namespace}/${name} ====\n${text}==== END logs for container ${container} of pod ${namespace}/${name} ====\n`,
    )
  }
}

const dumpNamespace = async (client: ApiClient, namespace: string, print: Printer, extension: string, write: Write) => {
  let podList: Obj = {}
  for (const [name, resource] of dumped) {
    const list = await getJson<Obj>(client, listUrl(resource, namespace, {}))
    write(`${namespace}/${name}.${extension}`, print(list))
    if (resource.plural === 'pods') podList = list
  }
  for (const pod of listAt(podList, 'items')) await dumpLogs(client, namespace, pod, write)
}

export const dump = async (invocation: Dump): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {client} = await connect()
  const write = writerOf(invocation)
  const print = await createPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
    keepOrder: true,
  })
  const extension = own.output.startsWith('yaml') ? 'yaml' : own.output.startsWith('json') ? 'json' : 'txt'
  write(`nodes.${extension}`, print(await getJson<Obj>(client, pathOf(nodes, {}))))
  for (const namespace of await chosenNamespaces(invocation, client))
    await dumpNamespace(client, namespace, print, extension, write)
  const folder = own['output-directory']
  if (folder !== '' && folder !== '-') io.out(`Cluster info dumped to ${folder}\n`)
}
