import {nodes} from '../../../api/resources.ts'
import type {Node, Taint} from '../../../api/schema/types.gen.ts'
import type {Profile} from '../../../client/profile.ts'
import {askDaemon} from '../../cluster/daemon.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {bool, command, int, list, string} from '../../definition.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'
import {Failure} from '../../usage-mistake.ts'

const READY_MS = 60_000

const pairs = (texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(texts.map((text) => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)]))

/** `key=value:Effect`, the value may be missing. */
const taintOf = (text: string): Taint | undefined => {
  const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? []
  return key && effect ? {key, effect, ...(value ? {value} : {})} : undefined
}

const isSimulated = async (profile: Profile): Promise<boolean> =>
  (await askDaemon<{config: {runtime: string}}>(profile, 'GET', 'status')).config.runtime === 'simulated'

const isReady = ({status}: Node): boolean =>
  status?.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True') ?? false

const addReal = async ({connect, io}: Pick<Invocation, 'connect' | 'io'>, profile: Profile, count: number) => {
  const {client} = await connect()
  for (let at = 0; at < count; at++) {
    const {name} = await askDaemon<{name: string}>(profile, 'POST', 'nodes')
    const signal = AbortSignal.timeout(READY_MS)
    const watch = client.watch(nodes, {fieldSelector: `metadata.name=${name}`, sendInitialEvents: true, signal})
    let isUp = false
    for await (const {type, object} of watch) {
      isUp = type !== 'BOOKMARK' && isReady(object)
      if (isUp) break
    }
    if (!isUp) throw new Failure(`error: node ${name} is not Ready; see: mini describe node ${name}\n`)
    io.out(`node/${name} added\n`)
  }
}

export const definition = command({
  usage: '[--simulated [NAME]]',
  summary: 'Add nodes to the running cluster',
  description:
    'Adds a node of this machine, with a network of its own, and waits until it is Ready. With --simulated, or in a cluster of simulated nodes, adds nodes that only pretend: they are Ready and their pods run without processes; the flags but --count are for those.',
  flags: {
    simulated: bool('The node only pretends.'),
    count: int('How many.', {default: 1}),
    cpu: string('Its cores.', {default: '4'}),
    memory: string('Its memory.', {default: '8Gi'}),
    pods: int('How many pods it takes.', {default: 110}),
    labels: list('Labels, as key=value.'),
    taints: list('Taints, as key=value:Effect.'),
  },
  async run(invocation) {
    const {args, flags, connect, io} = invocation
    const profile = selectedProfile(invocation)
    if (!flags.simulated && !(await isSimulated(profile))) {
      if (args.length > 0) throw usageMistake(invocation, 'a name is for a simulated node: --simulated')
      await addReal(invocation, profile, flags.count)
      return
    }
    if (args.length > 1 || (args.length === 1 && flags.count > 1))
      throw usageMistake(invocation, 'a name is for one node')
    if (flags.count < 1) throw usageMistake(invocation, `invalid count ${flags.count}: must be 1 or more`)
    const taints = flags.taints.map((text) => {
      const taint = taintOf(text)
      if (!taint)
        throw usageMistake(
          invocation,
          `invalid taint ${JSON.stringify(text)}: must be key=value:NoSchedule, PreferNoSchedule or NoExecute`,
        )
      return taint
    })
    const {client} = await connect()
    const known = new Set((await client.list(nodes)).items.map(({metadata}) => metadata.name))
    let number = 1
    const nextName = (): string => {
      while (known.has(`sim-${number}`)) number += 1
      known.add(`sim-${number}`)
      return `sim-${number}`
    }
    const capacity = {cpu: flags.cpu, memory: flags.memory, pods: String(flags.pods)}
    for (let at = 0; at < flags.count; at++) {
      const name = args[0] ?? nextName()
      await client.create(nodes, {
        metadata: {
          name,
          annotations: {'simulate.mini.dev/node': 'true'},
          labels: {'kubernetes.io/hostname': name, ...pairs(flags.labels)},
        },
        spec: {taints},
        status: {capacity, allocatable: capacity},
      })
      io.out(`node/${name} created\n`)
    }
  },
})
