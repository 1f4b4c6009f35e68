import assert from 'node:assert/strict'
import {test} from 'node:test'
import {kinds} from '../../src/api/kinds/index.ts'
import {warningsFor} from '../../src/controllers/validating-admission-policy-status.ts'

const about = (apiGroups: string[], apiVersions: string[], resources: string[]) => ({
  resourceRules: [{apiGroups, apiVersions, operations: ['CREATE'], resources}],
})

test('expressions that do not fit a kind are told apart by kind', () => {
  const matchConstraints = about(['apps'], ['v1'], ['deployments', 'replicasets'])
  const warnings = warningsFor(
    {matchConstraints, validations: [{expression: 'object.replicas > 1'}, {expression: 'object.spec.replicas > 1'}]},
    kinds,
  )
  assert.deepEqual(warnings, [
    {
      fieldRef: 'spec.validations[0].expression',
      warning: [
        "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'",
        ' | object.replicas > 1',
        ' | ......^',
        "apps/v1, Kind=ReplicaSet: ERROR: <input>:1:7: undefined field 'replicas'",
        ' | object.replicas > 1',
        ' | ......^',
      ].join('\n'),
    },
  ])
})

test('types of fields, variables and messages are checked; wildcards are not looked at', () => {
  const spec = {
    matchConstraints: about([''], ['v1'], ['pods']),
    variables: [{name: 'n', expression: 'object.spec.containers.size()'}],
    validations: [
      {expression: 'variables.n > 1', messageExpression: "'n is ' + variables.n"},
      {expression: "object.metadata.name > 1 && object.spec.containers.all(c, c.image != '')"},
    ],
  }
  const texts = warningsFor(spec, kinds).map(({fieldRef, warning}) => `${fieldRef}: ${warning.split('\n')[0]}`)
  assert.deepEqual(texts, [
    "spec.validations[0].messageExpression: /v1, Kind=Pod: ERROR: <input>:1:9: found no matching overload for '_+_' applied to '(string, int)'",
    "spec.validations[1].expression: /v1, Kind=Pod: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(string, int)'",
  ])
  assert.deepEqual(warningsFor({...spec, matchConstraints: about(['*'], ['v1'], ['pods'])}, kinds), [])
})
