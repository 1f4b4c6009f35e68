// The Pod Security Standards: pods, and what keeps each from a level.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {PodSpec} from '../../../src/api/schema/types.gen.ts'
import {brief, failuresOf, policyOf} from '../../../src/apiserver/admission/pod-security/policy.ts'

const container = {name: 'c', image: 'i'}
const safe: PodSpec = {
  securityContext: {runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}},
  containers: [{...container, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}}}],
}

const cases: readonly {
  readonly name: string
  readonly spec: PodSpec
  readonly baseline: string
  readonly restricted?: string
}[] = [
  {name: 'a safe pod', spec: safe, baseline: '', restricted: ''},
  {
    name: 'a plain pod',
    spec: {containers: [container]},
    baseline: '',
    restricted: 'allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile',
  },
  {name: "the host's network", spec: {...safe, hostNetwork: true}, baseline: 'host namespaces'},
  {
    name: 'a host path',
    spec: {...safe, volumes: [{name: 'v', hostPath: {path: '/'}}]},
    baseline: 'hostPath volumes',
    restricted: 'restricted volume types',
  },
  {
    name: 'a host port',
    spec: {containers: [{...container, ports: [{containerPort: 1, hostPort: 1}]}]},
    baseline: 'hostPort',
  },
  {
    name: 'an unsafe sysctl',
    spec: {...safe, securityContext: {sysctls: [{name: 'kernel.msgmax', value: '1'}]}},
    baseline: 'forbidden sysctls',
  },
  {
    name: 'an added capability',
    spec: {containers: [{...container, securityContext: {capabilities: {add: ['SYS_ADMIN']}}}]},
    baseline: 'non-default capabilities',
  },
]

for (const {name, spec, baseline, restricted} of cases)
  test(`levels: ${name}`, () => {
    const pod = {metadata: undefined, spec}
    assert.equal(brief(failuresOf({level: 'baseline', version: 'latest'}, pod)), baseline)
    assert.deepEqual(failuresOf({level: 'privileged', version: 'latest'}, pod), [])
    if (restricted !== undefined)
      assert.equal(brief(failuresOf({level: 'restricted', version: 'latest'}, pod)), restricted)
  })

test('a label nobody understands enforces everything and warns of nothing', () => {
  const labels = {'pod-security.kubernetes.io/enforce': 'odd', 'pod-security.kubernetes.io/warn': 'odd'}
  assert.equal(policyOf(labels, 'enforce').level, 'restricted')
  assert.equal(policyOf(labels, 'warn').level, 'privileged')
})
