import assert from 'node:assert/strict'
import {test} from 'node:test'
import {EventCorrelator} from '../../src/reconcile/events/correlate.ts'
import {fakeClock} from '../helpers/fake-clock.ts'

const fact = (message: string, about = 'Pod/a/x') => ({source: 'c', about, type: 'Normal', reason: 'R', message})

test('the same event again is a repeat of the one that was sent', () => {
  const correlator = new EventCorrelator(fakeClock())
  const first = correlator.judge(fact('hello'))
  assert.ok(first.kind === 'send' && first.repeats === undefined)
  correlator.sent(first.key, {namespace: 'a', name: 'x.1', count: 1})
  const second = correlator.judge(fact('hello'))
  assert.ok(second.kind === 'send')
  assert.equal(second.repeats?.count, 1)
})

test('from the tenth different message on, similar events become one', () => {
  const correlator = new EventCorrelator(fakeClock())
  const messages = Array.from({length: 12}, (_, at) => {
    const verdict = correlator.judge(fact(`message ${at}`))
    return verdict.kind === 'send' ? verdict.message : 'dropped'
  })
  assert.equal(messages[8], 'message 8')
  assert.equal(messages[9], '(combined from similar events): message 9')
  assert.equal(messages[11], '(combined from similar events): message 11')
})

test('after 25 events about one object the next waits five minutes, other objects do not', async () => {
  const clock = fakeClock()
  const correlator = new EventCorrelator(clock)
  for (let i = 0; i < 25; i++) assert.equal(correlator.judge(fact('m')).kind, 'send')
  assert.equal(correlator.judge(fact('m')).kind, 'drop')
  assert.equal(correlator.judge(fact('m', 'Pod/a/y')).kind, 'send')
  await clock.advance(300_000)
  assert.equal(correlator.judge(fact('m')).kind, 'send')
  assert.equal(correlator.judge(fact('m')).kind, 'drop')
})
