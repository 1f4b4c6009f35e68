import assert from 'node:assert/strict'
import {test} from 'node:test'
import {endpointSlices, namespaces, services} from '../../src/api/resources.ts'
import type {ServiceSpec, Endpoint as SliceEndpoint} from '../../src/api/schema/types.gen.ts'
import {watchBackends} from '../../src/ingress/backends.ts'
import {controlPlane} from '../helpers/control-plane.ts'
import {until} from '../helpers/until.ts'

test('endpoints by the kind of service: ready ones, those of headless services, what an external name stands for', async () => {
  await using plane = await controlPlane()
  const {client, informers, signal} = plane
  await client.create(namespaces, {metadata: {name: 'shop'}})
  const service = (name: string, spec: ServiceSpec, namespace = 'default') =>
    client.create(services, {metadata: {name, namespace}, spec})
  const slice = (name: string, endpoints: SliceEndpoint[], namespace = 'default') =>
    client.create(endpointSlices, {
      metadata: {name, namespace, labels: {'kubernetes.io/service-name': name}},
      addressType: 'IPv4',
      ports: [{name: 'http', port: 8080, protocol: 'TCP'}],
      endpoints,
    })
  const ports = [{name: 'http', port: 80}]
  await service('web', {ports})
  await slice('web', [
    {addresses: ['10.1.0.1'], conditions: {ready: true}},
    {addresses: ['10.1.0.2'], conditions: {ready: false}},
  ])
  await service('leaving', {ports})
  await slice('leaving', [{addresses: ['10.1.0.3'], conditions: {ready: false, serving: true, terminating: true}}])
  await service('headless', {clusterIP: 'None', ports})
  await slice('headless', [{addresses: ['10.1.0.4'], conditions: {ready: true}}])
  await service('grpc', {ports: [{name: 'http', port: 80, appProtocol: 'kubernetes.io/h2c'}]})
  await service('there', {ports}, 'shop')
  await slice('there', [{addresses: ['10.1.0.5'], conditions: {ready: true}}], 'shop')
  await service('alias', {type: 'ExternalName', externalName: 'there.shop.svc.cluster.local'})
  await service('outside', {type: 'ExternalName', externalName: 'example.com'})

  using backends = await watchBackends(informers, signal)
  const of = (name: string, port: number | string = 80): string => {
    const found = backends.of({kind: 'service', namespace: 'default', service: name, port})
    return found
      ? [found.protocol, ...found.endpoints.map(({address, port: number}) => `${address}:${number}`)].join(' ')
      : 'none'
  }
  assert.equal(of('web'), 'http 10.1.0.1:8080')
  assert.equal(of('web', 'http'), 'http 10.1.0.1:8080')
  assert.equal(of('web', 81), 'none')
  assert.equal(of('no'), 'none')
  assert.equal(of('leaving'), 'http 10.1.0.3:8080')
  assert.equal(of('headless'), 'http 10.1.0.4:8080')
  assert.equal(of('grpc'), 'h2c')
  assert.equal(of('alias'), 'http 10.1.0.5:8080')
  assert.equal(of('outside'), 'http example.com:80')
  await client.delete(endpointSlices, {namespace: 'default', name: 'web'})
  await until('the endpoints to be gone', () => of('web') === 'http')
})
