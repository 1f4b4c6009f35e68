import assert from 'node:assert/strict'
import {test} from 'node:test'
import {definition} from '../../../src/api/schema/definitions.ts'
import {decodeProtobuf, openEnvelope} from '../../../src/api/schema/protobuf.ts'

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
const text = (field: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes])
}
const number = (field: number, value: number): Buffer => Buffer.from([field << 3, ...varint(value)])
const message = (...parts: Buffer[]): Buffer => Buffer.concat(parts)
const envelope = (apiVersion: string, kind: string, raw: Buffer): Buffer =>
  message(Buffer.from('k8s\0'), text(1, message(text(1, apiVersion), text(2, kind))), text(2, raw))

test('a service in protobuf is the service in JSON', async () => {
  const port = message(text(1, 'web'), text(2, 'TCP'), number(3, 80), text(4, message(number(1, 1), text(3, 'http'))))
  const metadata = message(text(1, 's'), text(11, message(text(1, 'app'), text(2, 'web'))))
  const spec = message(text(1, port), text(2, message(text(1, 'a'), text(2, 'b'))), text(4, 'ClusterIP'))
  const opened = openEnvelope(envelope('v1', 'Service', message(text(1, metadata), text(2, spec))))
  assert.deepEqual(await decodeProtobuf(opened, definition('io.k8s.api.core.v1.Service')), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name: 's', labels: {app: 'web'}},
    spec: {
      ports: [{name: 'web', protocol: 'TCP', port: 80, targetPort: 'http'}],
      selector: {a: 'b'},
      type: 'ClusterIP',
    },
  })
})

test('fields that JSON has one level higher are found there', async () => {
  const volume = message(text(1, 'v'), text(2, text(2, text(1, 'Memory'))))
  const spec = text(1, volume)
  const opened = openEnvelope(envelope('v1', 'Pod', text(2, spec)))
  assert.deepEqual(await decodeProtobuf(opened, definition('io.k8s.api.core.v1.Pod')), {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: {volumes: [{name: 'v', emptyDir: {medium: 'Memory'}}]},
  })
})
