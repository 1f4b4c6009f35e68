import assert from 'node:assert/strict'
import {test} from 'node:test'
import {persistentVolumeClaims, persistentVolumes, storageClasses} from '../../src/api/resources.ts'
import type {PersistentVolume, PersistentVolumeClaim} from '../../src/api/schema/types.gen.ts'
import {persistentVolumeBinder} from '../../src/controllers/storage/binder.ts'
import {hostPathProvisioner, standardClass} from '../../src/controllers/storage/host-path.ts'
import {claimProtection, volumeProtection} from '../../src/controllers/storage/protection.ts'
import {type InProcess, startInProcess} from '../helpers/in-process.ts'
import {until} from '../helpers/until.ts'

const volume = (name: string, storage: string, modes = ['ReadWriteOnce']): PersistentVolume => ({
  metadata: {name},
  spec: {
    capacity: {storage},
    accessModes: modes,
    storageClassName: 'manual',
    persistentVolumeReclaimPolicy: 'Retain',
    hostPath: {path: '/x'},
  },
})

const claim = (name: string, storage: string, storageClassName = 'manual'): PersistentVolumeClaim => ({
  metadata: {name, namespace: 'default'},
  spec: {accessModes: ['ReadWriteOnce'], storageClassName, resources: {requests: {storage}}},
})

const phaseOf = async (cluster: InProcess, name: string) =>
  (await cluster.client.get(persistentVolumeClaims, {namespace: 'default', name})).status?.phase

test('a claim gets the smallest volume that suits it, and both sides say so', async () => {
  const controllers = [persistentVolumeBinder, claimProtection, volumeProtection]
  await using cluster = await startInProcess({controllers})
  const {client} = cluster
  for (const each of [
    volume('large', '5Gi', ['ReadWriteOnce', 'ReadWriteMany']),
    volume('huge', '9Gi'),
    volume('tiny', '1Gi'),
  ])
    await client.create(persistentVolumes, each)
  const isFree = async (name: string) => (await client.get(persistentVolumes, {name})).status?.phase === 'Available'
  await until('the volumes are free', async () => (await isFree('large')) && (await isFree('huge')))
  await client.create(persistentVolumeClaims, claim('data', '2Gi'))
  await client.create(persistentVolumeClaims, claim('greedy', '50Gi'))
  await until('the claim is bound', async () => (await phaseOf(cluster, 'data')) === 'Bound')
  const bound = await client.get(persistentVolumeClaims, {namespace: 'default', name: 'data'})
  // Fewer access modes beat a smaller size.
  assert.equal(bound.spec?.volumeName, 'huge')
  assert.deepEqual(bound.status?.capacity, {storage: '9Gi'})
  assert.equal(bound.metadata.annotations?.['pv.kubernetes.io/bind-completed'], 'yes')
  const its = await client.get(persistentVolumes, {name: 'huge'})
  assert.equal(its.spec?.claimRef?.uid, bound.metadata.uid)
  assert.equal(its.status?.phase, 'Bound')
  await until('the greedy claim waits', async () => (await phaseOf(cluster, 'greedy')) === 'Pending')

  await client.delete(persistentVolumeClaims, {namespace: 'default', name: 'data'})
  await until('the volume is released', async () => {
    const {status} = await client.get(persistentVolumes, {name: 'huge'})
    return status?.phase === 'Released'
  })
})

test('a claim of the standard class gets a directory, which goes with it', async () => {
  const directories = new Set<string>()
  const provisioner = hostPathProvisioner({
    makeDirectory: async (name) => {
      directories.add(name)
      return `/volumes/${name}`
    },
    removeDirectory: async (name) => void directories.delete(name),
  })
  const controllers = [persistentVolumeBinder, claimProtection, volumeProtection, provisioner]
  await using cluster = await startInProcess({controllers})
  const {client} = cluster
  await client.create(storageClasses, standardClass)
  await client.create(persistentVolumeClaims, claim('data', '1Gi', 'standard'))
  await until('the claim is bound', async () => (await phaseOf(cluster, 'data')) === 'Bound')
  assert.equal(directories.size, 1)
  await client.patch(
    persistentVolumeClaims,
    {namespace: 'default', name: 'data'},
    {type: 'merge', body: {spec: {resources: {requests: {storage: '2Gi'}}}}},
  )
  await until('the claim is larger', async () => {
    const {status} = await client.get(persistentVolumeClaims, {namespace: 'default', name: 'data'})
    return status?.capacity?.storage === '2Gi'
  })
  await client.delete(persistentVolumeClaims, {namespace: 'default', name: 'data'})
  await until('the volume is gone', async () => (await client.list(persistentVolumes)).items.length === 0)
  assert.equal(directories.size, 0)
})
