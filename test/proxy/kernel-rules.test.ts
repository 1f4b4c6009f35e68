// How the kernel's rules are kept, with a kernel that only remembers what it was told.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Backend, ServicePort} from '../../src/api/service-ports.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {KernelRules} from '../../src/proxy/nftables/kernel-rules.ts'
import type {Nft} from '../../src/proxy/nftables/nft.ts'
import {fakeClock} from '../helpers/fake-clock.ts'
import {until} from '../helpers/until.ts'

const network = {podRanges: ['10.244.0.0/16'], serviceRanges: ['10.96.0.0/16'], balancerRanges: ['10.95.0.0/16']}

class FakeKernel implements Nft {
  readonly scripts: string[] = []
  refuses: ((script: string) => boolean) | undefined
  async apply(script: string): Promise<void> {
    if (this.refuses?.(script)) throw new Error('no such table')
    this.scripts.push(script)
  }
  check(): Promise<void> {
    return Promise.resolve()
  }
  get last(): string {
    return this.scripts.at(-1) ?? ''
  }
}

const backend = (address: string): Backend => ({address, port: 53, nodeName: 'node-1'})
const service = (...addresses: string[]): ReadonlyMap<string, ServicePort> => {
  const backends = addresses.map(backend)
  const key = 'default/dns:53/UDP'
  const port: ServicePort = {
    key,
    protocol: 'UDP',
    port: 53,
    clusterIps: ['10.96.0.9'],
    externalIps: [],
    balancerIps: [],
    sourceRanges: [],
    nodePort: undefined,
    affinitySeconds: 0,
    clusterBackends: backends,
    internalBackends: backends,
    externalBackends: backends,
    elsewhere: [],
    internalLocal: false,
    externalLocal: false,
    healthCheckNodePort: undefined,
  }
  return new Map([[key, port]])
}

const start = () => {
  const kernel = new FakeKernel()
  const clock = fakeClock()
  const failures: (string | undefined)[] = []
  const rules = new KernelRules({
    nft: kernel,
    clock,
    logger: silentLogger,
    tableName: 'mini-test',
    network,
    withServices: true,
    onFailure: (failure) => failures.push(failure),
  })
  const set = async (...addresses: string[]): Promise<void> => {
    rules.setServices({ports: service(...addresses), ofNode: new Map(), servedElsewhere: []})
    await rules.settled()
  }
  return {kernel, clock, rules, set, failures}
}

test('nothing is written before the services are known, then everything at once, then only what differs', async () => {
  const {kernel, rules, set} = start()
  rules.setPolicies([{key: 'default/deny', selected: ['10.244.0.2'], ingress: [], egress: undefined}])
  await rules.settled()
  assert.deepEqual(kernel.scripts, [])
  await set('10.244.0.2')
  assert.match(kernel.last, /^add table ip mini-test\ndelete table ip mini-test\nadd table ip mini-test\n/)
  assert.match(kernel.last, /10\.244\.0\.2 \. 53/)
  assert.match(kernel.last, /ingress-isolated/)
  await set('10.244.0.2', '10.244.0.3')
  assert.doesNotMatch(kernel.last, /add table|hook/)
  assert.match(kernel.last, /10\.244\.0\.3/)
  const count = kernel.scripts.length
  await set('10.244.0.2', '10.244.0.3')
  assert.equal(kernel.scripts.length, count)
  await rules[Symbol.asyncDispose]()
  assert.match(kernel.last, /delete table ip mini-test\n/)
})

test('flows of datagrams change their zone when a backend leaves, and not when one comes', async () => {
  const {kernel, rules, set} = start()
  await set('10.244.0.2')
  await set('10.244.0.2', '10.244.0.3')
  assert.doesNotMatch(kernel.last, /zone set/)
  await set('10.244.0.3')
  assert.match(kernel.last, /zone set \d+/)
  await rules[Symbol.asyncDispose]()
})

test('rules that somebody else changed are written anew, and a kernel that refuses is asked again and told of', async () => {
  const {clock, failures, kernel, rules, set} = start()
  await set('10.244.0.2')
  kernel.refuses = (script) => !script.startsWith('add table')
  await set('10.244.0.3')
  assert.match(kernel.last, /^add table/)
  assert.match(kernel.last, /10\.244\.0\.3/)
  kernel.refuses = () => true
  await set('10.244.0.4')
  assert.deepEqual(failures, ['no such table'])
  kernel.refuses = undefined
  await clock.advance(1000)
  await until('the rules', () => kernel.last.includes('10.244.0.4'))
  assert.deepEqual(failures, ['no such table', undefined])
  // A flush of everything goes unnoticed until somebody looks.
  const count = kernel.scripts.length
  kernel.refuses = (script) => script.startsWith('list')
  await clock.advance(30_000)
  await until('the table is back', () => kernel.scripts.length > count)
  assert.match(kernel.last, /^add table/)
  await rules[Symbol.asyncDispose]()
})
