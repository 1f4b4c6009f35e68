import assert from 'node:assert/strict'
import {test} from 'node:test'
import {forwardedPorts} from '../../src/cli/pods/forwarded-ports.ts'

const pod = {
  kind: 'Pod',
  metadata: {name: 'web-1'},
  spec: {containers: [{ports: [{name: 'http', containerPort: 8080}]}]},
}
const service = {
  kind: 'Service',
  metadata: {name: 'web'},
  spec: {clusterIP: '10.96.0.9', ports: [{name: 'front', port: 80, targetPort: 'http'}]},
}

test('Ports of a service lead to the ports of its pod', () => {
  assert.deepEqual(forwardedPorts(service, pod, ['80', '9000:front', ':80']), [
    {local: 80, remote: 8080},
    {local: 9000, remote: 8080},
    {local: 0, remote: 8080},
  ])
  assert.throws(() => forwardedPorts(service, pod, ['81']), {message: 'Service web does not have a service port 81'})
})

test('Ports of a pod may be named', () => {
  assert.deepEqual(forwardedPorts(pod, pod, ['http', ':http', '1:2']), [
    {local: 8080, remote: 8080},
    {local: 0, remote: 8080},
    {local: 1, remote: 2},
  ])
  assert.throws(() => forwardedPorts(pod, pod, ['1:2:3']), {message: "invalid port format '1:2:3'"})
})
