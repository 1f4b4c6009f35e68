import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {defaultConfig, portRange, readConfig, saveConfig, withChanges} from '../../src/daemon/config.ts'
import {UsageError} from '../../src/lib/usage-error.ts'
import {tempFolder} from '../helpers/temp.ts'

test('settings are kept for the next start', () => {
  using folder = tempFolder()
  const file = join(folder.path, 'config.yaml')
  assert.deepEqual(readConfig(file), defaultConfig)
  const config = withChanges(defaultConfig, {nodes: 3, runtime: 'simulated', addons: ['dns', 'dns']})
  saveConfig(file, config)
  assert.deepEqual(readConfig(file), config)
  assert.deepEqual(config.addons, ['dns'])
})

const refused: [string, Record<string, unknown>, RegExp][] = [
  ['a number of nodes below zero', {nodes: -1}, /nodes -1: must be a whole number from 0/],
  ['a runtime nobody knows', {runtime: 'docker'}, /runtime "docker": must be one of mini, containerd, simulated/],
  ['a port that is none', {apiserverPort: 70_000}, /apiserverPort 70000/],
  ['an address that is none', {listenAddress: 'localhost'}, /listenAddress "localhost": must be an IP address/],
  ['a range without a length', {podCidr: '10.0.0.0'}, /podCidr "10.0.0.0": must be a range/],
  ['node ports that are none', {serviceNodePortRange: '0-10'}, /serviceNodePortRange "0-10": must be ports/],
  ['an addon nobody knows', {addons: ['istio']}, /addons "istio": must be one of storage, metrics, dns, ingress/],
  ['a setting nobody knows', {colour: 'red'}, /unknown setting "colour"; known: nodes/],
  ['a setting with the name of an object method', {constructor: 'x'}, /unknown setting "constructor"/],
]
for (const [what, changes, message] of refused)
  test(`${what} is refused by name`, () => {
    assert.throws(
      () => withChanges(defaultConfig, changes),
      (error) => error instanceof UsageError && message.test(error.message),
    )
  })

test('a range of ports is both ends, or the first and how many more', () => {
  assert.deepEqual(portRange('30000-32767'), {first: 30_000, last: 32_767})
  assert.deepEqual(portRange('30000+10'), {first: 30_000, last: 30_010})
})

test('a broken file is named', () => {
  using folder = tempFolder()
  const file = join(folder.path, 'config.yaml')
  writeFileSync(file, 'nodes: [1')
  assert.throws(
    () => readConfig(file),
    (error) => error instanceof UsageError && error.message.startsWith(`${file}: `),
  )
})
