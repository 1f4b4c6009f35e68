import assert from 'node:assert/strict'
import {test} from 'node:test'
import {serviceCIDRs, services} from '../../src/api/resources.ts'
import {controlPlane} from '../helpers/control-plane.ts'
import {until} from '../helpers/until.ts'

test('a range of service addresses becomes ready, serves, and stays until its last address is free', async () => {
  await using plane = await controlPlane({controllers: ['service-cidr-controller']})
  const {client} = plane
  const name = {name: 'more'}
  await client.create(serviceCIDRs, {metadata: name, spec: {cidrs: ['10.77.0.0/28']}})
  const standing = async (): Promise<string | undefined> => {
    const {status} = await client.get(serviceCIDRs, name)
    return status?.conditions?.map(({type, status: is, reason}) => `${type}=${is} ${reason}`).join()
  }
  await until('the range to be ready', async () => (await standing()) === 'Ready=True ')
  const web = {namespace: 'default', name: 'web'}
  await client.create(services, {metadata: web, spec: {clusterIP: '10.77.0.7', ports: [{port: 80}]}})
  await client.delete(serviceCIDRs, name)
  await until('the range to wait', async () => (await standing()) === 'Ready=False Terminating')
  await assert.rejects(
    client.create(services, {
      metadata: {namespace: 'default', name: 'b'},
      spec: {clusterIP: '10.77.0.8', ports: [{port: 80}]},
    }),
    /does not match the current range/,
  )
  await client.delete(services, web)
  // The controller looks again by itself after a while; a change makes it look at once.
  await client.patch(serviceCIDRs, name, {type: 'merge', body: {metadata: {labels: {a: 'b'}}}})
  await until('the range to be gone', async () =>
    client.get(serviceCIDRs, name).then(
      () => false,
      () => true,
    ),
  )
})
