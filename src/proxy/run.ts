// The service proxy and the policies: in the kernel where nftables can be used, else services in this process.
import {once} from 'node:events'
import {networkPolicies} from '../api/resources.ts'
import {createEventRecorder} from '../reconcile/events/recorder.ts'
import {type PortsChange, watchServicePorts} from '../reconcile/service-ports.ts'
import {chooseMode, findAbilities} from './abilities.ts'
import type {ProxyOptions} from './contract.ts'
import {machineAddresses} from './machine.ts'
import {KernelRules} from './nftables/kernel-rules.ts'
import {createNft, type Nft} from './nftables/nft.ts'
import {removeTables} from './nftables/tables.ts'
import {type Places, watchPlaces} from './places.ts'
import {watchPolicies} from './policies/watch.ts'
import {Entrances} from './userspace/entrances.ts'

export const runProxy = async (options: ProxyOptions): Promise<void> => {
  const {logger, network, onState, signal, tableName} = options
  const nft = createNft(options.path)
  const abilities = await findAbilities(nft, network)
  const {mode, reason} = chooseMode(options.mode, abilities, logger)
  const {policiesLack} = abilities
  onState({mode, reason, policiesLack})
  if (signal.aborted) return
  await using end = new AsyncDisposableStack()
  // Of a run that was killed, perhaps in the other mode.
  await removeTables(nft, tableName).catch(() => undefined)
  const kernel = policiesLack ? undefined : end.use(new KernelRules({...options, nft}))
  if (kernel) end.use(await watchPolicies({...options, onChange: (policies) => kernel.setPolicies(policies)}))
  else end.use(await warnOfPolicies(options, policiesLack ?? ''))
  if (mode === 'nftables' && kernel) await serveInKernel(options, kernel, end)
  else await serveHere(options, end)
  if (!signal.aborted) await once(signal, 'abort')
}

/** Services' ports as this machine's nodes see them. */
const watchPorts = async (
  options: ProxyOptions,
  end: AsyncDisposableStack,
  onChange: (change: PortsChange, places: Places) => void,
): Promise<void> => {
  let last: PortsChange | undefined
  let refresh = (): void => undefined
  const tell = (): void => {
    if (last) onChange(last, places.now)
  }
  const places = end.use(
    await watchPlaces({
      ...options,
      addresses: machineAddresses,
      onChange: () => {
        refresh()
        tell()
      },
    }),
  )
  const watch = await watchServicePorts({
    ...options,
    place: () => places.now.place,
    onChange: (change) => {
      last = change
      tell()
    },
  })
  refresh = () => watch.refresh()
  end.use(watch)
}

const serveInKernel = (options: ProxyOptions, kernel: KernelRules, end: AsyncDisposableStack): Promise<void> =>
  watchPorts(options, end, ({all, servedElsewhere}, {ofNode}) =>
    kernel.setServices({ports: all, ofNode, servedElsewhere}),
  )

const serveHere = async (options: ProxyOptions, end: AsyncDisposableStack): Promise<void> => {
  const {logger} = options
  const entrances = end.use(new Entrances({...options, nodeAddresses: ['127.0.0.1']}))
  await watchPorts(options, end, ({all, changed}) => {
    for (const key of changed)
      entrances.set(key, all.get(key)).catch((error) => logger.error('service port failed', {key, error}))
  })
}

/** Whoever writes a policy that nothing enforces must be told. */
const warnOfPolicies = async (options: ProxyOptions, lack: string): Promise<AsyncDisposable> => {
  const events = createEventRecorder({...options, component: 'mini-proxy'})
  const leave = options.informers.informer(networkPolicies).onChange(({object, type}) => {
    if (type === 'added')
      events.record(object, 'Warning', 'NotEnforced', `This policy is kept and not enforced: ${lack}`)
  })
  return {
    [Symbol.asyncDispose]: async () => {
      leave()
      await events.close()
    },
  }
}
