import {nodes} from '../../../api/resources.ts'
import type {Taint} from '../../../api/schema/types.gen.ts'
import {bool, command, int, list, string} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

const pairs = (texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(texts.map((text) => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)]))

/** `key=value:Effect`, the value may be missing. */
const taintOf = (text: string): Taint | undefined => {
  const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? []
  return key && effect ? {key, effect, ...(value ? {value} : {})} : undefined
}

export const definition = command({
  usage: '--simulated [NAME]',
  summary: 'Add simulated nodes',
  description:
    'Adds nodes that only pretend: they are Ready and their pods run without processes. Real nodes are counted at the start: mini start --nodes N.',
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
    if (!flags.simulated)
      throw usageMistake(
        invocation,
        'only simulated nodes are added to a running cluster: --simulated; for more real ones: mini stop, then mini start --nodes N',
      )
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
