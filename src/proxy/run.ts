// The service proxy and the policies: in the kernel where nftables can be used, else services in this process.
import {once} from 'node:events'
import {networkPolicies} from '../api/resources.ts'
import {createEventRecorder} from '../reconcile/events/recorder.ts'
import {chooseMode, findAbilities} from './abilities.ts'
import type {ProxyOptions} from './contract.ts'
import {HealthChecks} from './health-checks.ts'
import {machineAddresses} from './machine.ts'
import {KernelRules} from './nftables/kernel-rules.ts'
import {createNft} from './nftables/nft.ts'
import {removeTables} from './nftables/tables.ts'
import {watchPolicies} from './policies/watch.ts'
import {watchPortsAndPlaces} from './ports-and-places.ts'
import {ProxyHealth} from './proxy-health.ts'
import {releaseAddresses} from './userspace/address-claims.ts'
import {UserspaceServices} from './userspace/serve.ts'

export const runProxy = async (options: ProxyOptions): Promise<void> => {
  const {logger, network, onState, signal, tableName} = options
  const nft = createNft(options.path)
  const abilities = await findAbilities(nft, network)
  const {mode, reason} = chooseMode(options.mode, abilities, logger)
  const {policiesLack} = abilities
  if (signal.aborted) return
  await using end = new AsyncDisposableStack()
  // Of a run that was killed, perhaps in the other mode. Tables that are kept are replaced without a gap.
  await releaseAddresses(tableName)
  if (policiesLack) await removeTables(nft, tableName).catch(() => undefined)
  const tell = (failure?: string): void => onState({mode, reason, policiesLack, failure})
  const withServices = mode === 'nftables'
  const kernel = policiesLack ? undefined : end.use(new KernelRules({...options, nft, withServices, onFailure: tell}))
  const userspace = mode === 'userspace' ? end.use(new UserspaceServices(options)) : undefined
  const proxyHealth = end.use(new ProxyHealth({clock: options.clock, logger}))
  const checks = end.use(new HealthChecks({addresses: machineAddresses, logger}))
  if (policiesLack) end.use(await warnOfPolicies(options, policiesLack))
  else
    end.use(
      await watchPolicies({
        ...options,
        onChange: (policies) => {
          kernel?.setPolicies(policies)
          userspace?.setPolicies(policies)
        },
      }),
    )
  end.use(
    await watchPortsAndPlaces(options, (change, places) => {
      if (userspace) userspace.setServices(change, places)
      else kernel?.setServices({ports: change.all, ofNode: places.ofNode, servedElsewhere: change.servedElsewhere})
      proxyHealth.updated()
      checks.set(change.all.values()).catch((error) => logger.error('health checks failed', {error}))
    }),
  )
  await kernel?.settled()
  tell(kernel?.failure)
  if (!signal.aborted) await once(signal, 'abort')
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
