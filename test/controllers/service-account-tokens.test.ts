import assert from 'node:assert/strict'
import {test} from 'node:test'
import {secrets, serviceAccounts} from '../../src/api/resources.ts'
import {controlPlane} from '../helpers/control-plane.ts'
import {until} from '../helpers/until.ts'

test('a token secret is filled for its account and goes with it', async () => {
  await using plane = await controlPlane({controllers: 'all'})
  const {client} = plane
  const named = (name: string) => ({namespace: 'default', name})
  await client.create(serviceAccounts, {metadata: named('robot')})
  await client.create(secrets, {
    metadata: {...named('robot-token'), annotations: {'kubernetes.io/service-account.name': 'robot'}},
    type: 'kubernetes.io/service-account-token',
  })
  const {data} = await until('the token', async () => {
    const secret = await client.get(secrets, named('robot-token'))
    return secret.data?.token ? secret : undefined
  })
  assert.equal(Buffer.from(data?.namespace ?? '', 'base64').toString(), 'default')
  const [, claims = ''] = Buffer.from(data?.token ?? '', 'base64')
    .toString()
    .split('.')
  assert.equal(JSON.parse(Buffer.from(claims, 'base64url').toString()).sub, 'system:serviceaccount:default:robot')
  await client.delete(serviceAccounts, named('robot'))
  await until('it to go', async () => (await client.list(secrets, {namespace: 'default'})).items.length === 0)
})
