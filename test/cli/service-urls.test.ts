import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Service, ServicePort} from '../../src/api/schema/types.gen.ts'
import {serviceUrls} from '../../src/cli/cluster/service-urls.ts'

const service = (ports: ServicePort[], more: Partial<Service> = {}): Service => ({
  metadata: {name: 'web', namespace: 'shop'},
  spec: {clusterIP: '10.96.0.7', ports},
  ...more,
})
const urls = (...args: Parameters<typeof serviceUrls>): string[] => serviceUrls(...args).map(({url}) => url)

test('a port is taken for HTTP unless its own words or number say otherwise', () => {
  const ports: ServicePort[] = [
    {port: 9376},
    {port: 443},
    {port: 1, name: 'https-admin'},
    {port: 2, appProtocol: 'https'},
    {port: 53, protocol: 'UDP'},
  ]
  assert.deepEqual(urls(service(ports)), [
    'http://10.96.0.7:9376',
    'https://10.96.0.7:443',
    'https://10.96.0.7:1',
    'https://10.96.0.7:2',
    'udp://10.96.0.7:53',
  ])
})

test('the address of a load balancer comes first, an IPv6 one in brackets', () => {
  const status = {loadBalancer: {ingress: [{ip: 'fd00::5'}]}}
  assert.deepEqual(urls(service([{port: 80}], {status})), ['http://[fd00::5]:80'])
})

test('--https turns http into https and leaves other schemes; a format has the parts', () => {
  const both = service([
    {port: 80, name: 'web'},
    {port: 53, protocol: 'UDP'},
  ])
  assert.deepEqual(urls(both, {https: true}), ['https://10.96.0.7:80', 'udp://10.96.0.7:53'])
  assert.deepEqual(urls(both, {format: ({IP, Port, Name}) => `${Name}@${IP}/${Port}`}), [
    'web@10.96.0.7/80',
    '@10.96.0.7/53',
  ])
})

test('headless services have no address', () => {
  assert.deepEqual(urls(service([{port: 80}], {spec: {clusterIP: 'None', ports: [{port: 80}]}})), [])
})
