import assert from 'node:assert/strict'
import {test} from 'node:test'
import {selectorText} from '../../../src/cli/describe/common.ts'
import {probeText} from '../../../src/cli/describe/containers.ts'
import {titleOf} from '../../../src/cli/describe/generic.ts'
import {describers} from '../../../src/cli/describe/index.ts'
import {writeSubject} from '../../../src/cli/describe/kinds/signing-subject.ts'
import {Page} from '../../../src/cli/describe/page.ts'

for (const [field, title] of [
  ['lastTransitionTime', 'Last Transition Time'],
  ['podIP', 'Pod IP'],
  ['apiVersion', 'API Version'],
  ['uid', 'UID'],
  ['x', 'X'],
])
  test(`a field ${field} is called ${title}`, () => assert.equal(titleOf(field ?? ''), title))

test('probes are one line', () => {
  const counts = {timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3}
  const rest = 'timeout=1s period=10s #success=1 #failure=3'
  assert.equal(probeText({httpGet: {path: 'live', port: 80}, ...counts}), `http-get http://:80/live delay=0s ${rest}`)
  assert.equal(probeText({exec: {command: ['a', 'b']}, ...counts}), `exec [a b] delay=0s ${rest}`)
})

test('selectors are one line, in the order of their keys', () => {
  assert.equal(selectorText(undefined), '<none>')
  assert.equal(selectorText({}), '<none>')
  const matchExpressions = [
    {key: 'b', operator: 'In', values: ['y', 'x']},
    {key: 'a', operator: 'DoesNotExist'},
  ]
  assert.equal(selectorText({matchLabels: {c: 'd'}, matchExpressions}), '!a,b in (x,y),c=d')
})

test('every kind is described once', () => {
  const names = describers.map(({resource}) => `${resource.kind}.${resource.group}`)
  assert.deepEqual(names, [...new Set(names)])
})

test('the subject of a request that is none is left out', () => {
  const page = new Page()
  writeSubject(page, Buffer.from('not a request').toString('base64'))
  assert.equal(page.toString(), '')
})
