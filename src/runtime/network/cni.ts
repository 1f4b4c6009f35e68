// Pod networks by CNI plugins, where a configuration for them is given: each plugin of the list is a program that gets a
// JSON on stdin and answers with one, in order for ADD and backwards for DEL (CNI specification 0.3.1 to 1.1.0).
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Protocol} from '../../lib/cri/enums.ts'
import type {Received} from '../../lib/cri/messages.ts'
import {SYSTEM_PATH, tryProgram} from '../run-program.ts'

interface Plugin {
  readonly type: string
  readonly capabilities?: Readonly<Record<string, boolean>>
}

interface Network {
  readonly cniVersion: string
  readonly name: string
  readonly plugins: readonly Plugin[]
}

export interface CniResult {
  readonly ips?: readonly {readonly address: string}[]
}

export interface CniPod {
  readonly id: string
  /** A file of its network namespace. */
  readonly netns: string
  readonly config: Received<'PodSandboxConfig'>
}

const protocolNames = new Map(Object.entries(Protocol).map(([name, value]) => [value as number, name.toLowerCase()]))

/** The first by name, as everybody takes it. A single plugin is a list of one. */
export const readNetwork = (folder: string): Network => {
  const [file] = readdirSync(folder)
    .filter((name) => /\.(conflist|conf|json)$/.test(name))
    .sort()
  if (!file) throw new Error(`no CNI network is configured in ${folder}`)
  const {plugins, ...rest} = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Network & Plugin
  return {cniVersion: rest.cniVersion, name: rest.name, plugins: plugins ?? [rest]}
}

const runtimeConfigOf = ({capabilities = {}}: Plugin, {config}: CniPod): object => {
  const portMappings = config.portMappings
    .filter(({hostPort}) => hostPort > 0)
    .map(({containerPort, hostIp, hostPort, protocol}) => ({
      hostPort,
      containerPort,
      protocol: protocolNames.get(protocol) ?? 'tcp',
      ...(hostIp ? {hostIP: hostIp} : {}),
    }))
  return capabilities.portMappings && portMappings.length > 0 ? {runtimeConfig: {portMappings}} : {}
}

/** Kubernetes' own names for the pod, which some plugins read. */
const argumentsOf = ({config, id}: CniPod): string =>
  [
    'IgnoreUnknown=1',
    `K8S_POD_NAMESPACE=${config.metadata?.namespace ?? ''}`,
    `K8S_POD_NAME=${config.metadata?.name ?? ''}`,
    `K8S_POD_INFRA_CONTAINER_ID=${id}`,
    `K8S_POD_UID=${config.metadata?.uid ?? ''}`,
  ].join(';')

export interface CniFolders {
  readonly configurations: string
  readonly plugins: readonly string[]
}

export class Cni {
  readonly #folders: CniFolders
  constructor(folders: CniFolders) {
    this.#folders = folders
  }

  /** Whether the plugins open host ports themselves. */
  get mapsPorts(): boolean {
    return readNetwork(this.#folders.configurations).plugins.some(({capabilities}) => capabilities?.portMappings)
  }

  async add(pod: CniPod): Promise<CniResult> {
    const network = readNetwork(this.#folders.configurations)
    let result: CniResult | undefined
    try {
      for (const plugin of network.plugins) result = await this.#run('ADD', network, plugin, pod, result)
      return result ?? {}
    } catch (error) {
      await this.remove(pod, result)
      throw error
    }
  }

  /** What is gone already is no error: every plugin is asked, whatever the one before it said. */
  async remove(pod: CniPod, result: CniResult | undefined): Promise<void> {
    const network = readNetwork(this.#folders.configurations)
    for (const plugin of [...network.plugins].reverse())
      await this.#run('DEL', network, plugin, pod, result).catch((error) =>
        console.error('a CNI plugin did not clean up', error),
      )
  }

  async #run(
    command: 'ADD' | 'DEL',
    {cniVersion, name}: Network,
    plugin: Plugin,
    pod: CniPod,
    prevResult: CniResult | undefined,
  ): Promise<CniResult> {
    const program = this.#folders.plugins.map((folder) => join(folder, plugin.type)).find((file) => existsSync(file))
    if (!program) throw new Error(`the CNI plugin "${plugin.type}" is not in ${this.#folders.plugins.join(', ')}`)
    const input = JSON.stringify({
      ...plugin,
      cniVersion,
      name,
      ...runtimeConfigOf(plugin, pod),
      ...(prevResult ? {prevResult} : {}),
    })
    const env = {
      PATH: SYSTEM_PATH,
      CNI_COMMAND: command,
      CNI_CONTAINERID: pod.id,
      CNI_NETNS: pod.netns,
      CNI_IFNAME: 'eth0',
      CNI_ARGS: argumentsOf(pod),
      CNI_PATH: this.#folders.plugins.join(':'),
    }
    const {code, stderr, stdout} = await tryProgram(program, [], {input, env})
    if (code !== 0)
      throw new Error(`plugin type="${plugin.type}" failed (${command.toLowerCase()}): ${complaintOf(stdout, stderr)}`)
    return stdout.trim() === '' ? {} : (JSON.parse(stdout) as CniResult)
  }
}

const complaintOf = (stdout: string, stderr: string): string => {
  try {
    const {details, msg} = JSON.parse(stdout) as {msg?: string; details?: string}
    return [msg, details].filter(Boolean).join(': ')
  } catch {
    return (stderr || stdout).trim()
  }
}

/** Addresses without their prefixes. */
export const addressesIn = ({ips = []}: CniResult): string[] => ips.map(({address}) => address.split('/')[0] ?? '')
