import assert from 'node:assert/strict'
import {test} from 'node:test'
import {paintCell, paintDescription} from '../../../src/cli/output/status-color.ts'
import {wantsColor} from '../../../src/cli/output/wants-color.ts'
import {scriptedIo} from '../../helpers/scripted-io.ts'

interface Wish {
  readonly color?: string
  readonly env?: Record<string, string>
  readonly terminal?: boolean
  readonly program?: 'kubectl' | 'mini'
}

const wanted = ({color = 'auto', env = {}, terminal = true, program = 'mini'}: Wish): boolean =>
  wantsColor({
    program,
    words: ['get'],
    globals: {color} as never,
    io: {...scriptedIo({env}), isTerminal: {in: terminal, out: terminal, err: terminal}},
  })

test('colours are for terminals, unless somebody says otherwise', () => {
  assert.equal(wanted({}), true)
  assert.equal(wanted({terminal: false}), false)
  assert.equal(wanted({env: {NO_COLOR: '1'}}), false)
  assert.equal(wanted({env: {NO_COLOR: ''}}), true)
  assert.equal(wanted({env: {CLICOLOR: '0'}}), false)
  assert.equal(wanted({env: {TERM: 'dumb'}}), false)
  assert.equal(wanted({terminal: false, env: {CLICOLOR_FORCE: '1'}}), true)
  assert.equal(wanted({terminal: false, env: {CLICOLOR_FORCE: '1', NO_COLOR: '1'}}), false)
  assert.equal(wanted({terminal: false, color: 'always', env: {NO_COLOR: '1'}}), true)
  assert.equal(wanted({color: 'never', env: {CLICOLOR_FORCE: '1'}}), false)
  assert.equal(wanted({color: 'never', program: 'kubectl'}), false)
  assert.equal(wanted({color: 'always', program: 'kubectl'}), false)
  assert.throws(() => wanted({color: 'blue'}), /unknown --color "blue"; use auto, always or never/)
})

test('a cell is painted by what its word says, and keeps its width', () => {
  const painted = (column: string, cell: string): string => paintCell(column, cell).replaceAll('\u001b', '^')
  assert.equal(painted('STATUS', 'Running'), '^[32mRunning^[39m')
  assert.equal(painted('STATUS', 'Pending'), '^[33mPending^[39m')
  assert.equal(painted('STATUS', 'CrashLoopBackOff'), '^[31mCrashLoopBackOff^[39m')
  assert.equal(painted('STATUS', 'Completed'), '^[90mCompleted^[39m')
  assert.equal(painted('READY', '1/1'), '1/1')
  assert.equal(painted('READY', '1/2'), '^[33m1/2^[39m')
  assert.equal(painted('TYPE', 'ClusterIP'), 'ClusterIP')
  assert.equal(painted('NAME', 'Running'), 'Running')
})

test('a description shows what is wrong', () => {
  const text =
    'Name:    web\nStatus:  Running\n    State:   Waiting\n      Reason:  ErrImagePull\n  Warning  Failed  1s'
  assert.equal(
    paintDescription(text).replaceAll('\u001b', '^'),
    'Name:    web\nStatus:  ^[32mRunning^[39m\n    State:   ^[33mWaiting^[39m\n      Reason:  ^[31mErrImagePull^[39m\n^[33m  Warning  Failed  1s^[39m',
  )
})
