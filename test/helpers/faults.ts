// The daemon is killed while controllers are at work, again and again, and everything has to come out right.
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {
  configMaps,
  deployments,
  jobs,
  namespaces,
  persistentVolumeClaims,
  pods,
  replicaSets,
  statefulSets,
} from '../../src/api/resources.ts'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import {createClient} from '../../src/client/client.ts'
import type {ApiClient} from '../../src/client/contract.ts'
import {createHttpTransport} from '../../src/client/http-transport.ts'
import {type Random, seeded} from '../../src/lib/random.ts'
import {deployment, job, statefulSet} from '../controllers/objects.ts'
import {killDaemon, startCluster, type TestHome} from './cluster.ts'
import {until} from './until.ts'

const inDefault = (name: string) => ({namespace: 'default', name})
const withClient = async <T>({home}: TestHome, use: (client: ApiClient) => Promise<T>): Promise<T> => {
  await using transport = await createHttpTransport({socketPath: join(home, 'mini', 'mini.sock')})
  return use(createClient(transport))
}

const claimTemplate = {
  metadata: {name: 'data'},
  spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Mi'}}},
}

/** One round of work for every kind of controller that has something to lose. */
const begin = async (client: ApiClient, round: number): Promise<void> => {
  const image = `app:${round + 2}`
  const template = {spec: {template: {spec: {containers: [{name: 'c', image}]}}}}
  await client.patch(deployments, inDefault('web'), {type: 'strategic', body: template})
  await client.patch(statefulSets, inDefault('db'), {type: 'merge', body: {spec: {replicas: (round % 3) + 2}}})
  await client.create(jobs, job(`job-${round}`, ['true'], {completions: 6, parallelism: 3}))
  const name = `doomed-${round}`
  await client.create(namespaces, {metadata: {name}})
  await client.create(configMaps, {metadata: {namespace: name, name: 'x'}})
  await client.delete(namespaces, {name})
}

const isSettled = async (client: ApiClient, round: number): Promise<boolean> => {
  const web = await client.get(deployments, inDefault('web'))
  const db = await client.get(statefulSets, inDefault('db'))
  const all = (await client.list(jobs, {namespace: 'default'})).items
  const left = (await client.list(namespaces)).items.filter(({metadata}) => metadata.name.startsWith('doomed'))
  const {status} = web
  return (
    status?.observedGeneration === web.metadata.generation &&
    status?.updatedReplicas === 5 &&
    status.replicas === 5 &&
    status.availableReplicas === 5 &&
    db.status?.observedGeneration === db.metadata.generation &&
    db.status?.readyReplicas === (round % 3) + 2 &&
    db.status.replicas === (round % 3) + 2 &&
    all.every(({status: is}) => is?.conditions?.some(({type}) => type === 'Complete')) &&
    left.length === 0
  )
}

const owned = (all: readonly Pod[], kind: string): readonly Pod[] =>
  all.filter(({metadata}) => metadata?.ownerReferences?.[0]?.kind === kind)

/** No pod too many, none without its owner, no claim lost. */
const check = async (client: ApiClient, round: number, seed: number): Promise<void> => {
  const where = `round ${round}, seed ${seed}`
  const all = (await client.list(pods, {namespace: 'default'})).items
  assert.equal(owned(all, 'ReplicaSet').length, 5, where)
  assert.deepEqual(
    owned(all, 'StatefulSet')
      .map(({metadata}) => metadata?.name)
      .sort(),
    Array.from({length: (round % 3) + 2}, (_, ordinal) => `db-${ordinal}`),
    where,
  )
  for (const {metadata, status} of (await client.list(jobs, {namespace: 'default'})).items) {
    assert.equal(status?.succeeded, 6, `${where}: ${metadata.name}`)
    assert.equal(all.filter((pod) => pod.metadata?.labels?.['job-name'] === metadata.name).length, 6, where)
  }
  const sets = new Set((await client.list(replicaSets, {namespace: 'default'})).items.map(({metadata}) => metadata.uid))
  for (const {metadata} of owned(all, 'ReplicaSet'))
    assert.ok(sets.has(metadata?.ownerReferences?.[0]?.uid ?? ''), where)
  const claims = (await client.list(persistentVolumeClaims, {namespace: 'default'})).items
  const wanted = round >= 2 ? 4 : round + 2
  assert.equal(claims.length, wanted, `${where}: claims`)
}

export interface FaultOptions {
  readonly rounds: number
  readonly killsInRound: number
  readonly seed: number
}

export const surviveKills = async ({rounds, killsInRound, seed}: FaultOptions): Promise<void> => {
  const random: Random = seeded(seed)
  await using cluster = await startCluster({args: ['--runtime', 'simulated', '--nodes', '2', '--addons', 'storage']})
  await withClient(cluster, async (client) => {
    await client.create(deployments, deployment('web', 5))
    await client.create(statefulSets, statefulSet('db', 1, {volumeClaimTemplates: [claimTemplate]}))
  })
  for (let round = 0; round < rounds; round++) {
    await withClient(cluster, (client) => begin(client, round))
    for (let killed = 0; killed < killsInRound; killed++) {
      await new Promise((resolve) => setTimeout(resolve, Math.floor(random.next() * 250)))
      await killDaemon(cluster)
      await cluster.ok(['start'])
    }
    await withClient(cluster, async (client) => {
      await until(`round ${round} to settle, seed ${seed}`, () => isSettled(client, round), {
        timeoutMs: 60_000,
        everyMs: 100,
      })
      await check(client, round, seed)
    })
  }
}
