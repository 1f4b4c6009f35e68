import assert from 'node:assert/strict'
import {test} from 'node:test'
import {templateHash} from '../../src/controllers/objects/hash.ts'

const template = {
  metadata: {labels: {app: 'web'}},
  spec: {
    containers: [
      {
        name: 'app',
        image: 'app:1',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'IfNotPresent',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  },
}

test('the hash of a template is the one a real cluster gives it', () => {
  assert.equal(templateHash(template, undefined), '6b89d9595')
})

test('a collision changes the hash, and so does any field', () => {
  assert.notEqual(templateHash(template, 1), templateHash(template, undefined))
  const other = {...template, spec: {...template.spec, hostNetwork: true}}
  assert.notEqual(templateHash(other, undefined), templateHash(template, undefined))
})

test('volumes of a kind that is not in the table still have a hash', () => {
  const other = {...template, spec: {...template.spec, volumes: [{name: 'v', iscsi: {targetPortal: 'x'}}]}}
  assert.match(templateHash(other, undefined), /^[bcdfghjklmnpqrstvwxz2456789]+$/)
})
