import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {load} from 'js-yaml'
import {mergeKubeconfig, unmergeKubeconfig} from '../../src/daemon/kubeconfig.ts'
import {tempFolder} from '../helpers/temp.ts'

const access = {name: 'mini', server: 'https://127.0.0.1:1', caCertificate: 'ca', certificate: 'cert', key: 'key'}
type Config = {contexts: {name: string}[]; 'current-context': string}
const read = (file: string): Config => load(readFileSync(file, 'utf8')) as Config

test('the first context becomes the current one; somebody who has another keeps it', () => {
  using folder = tempFolder()
  const file = join(folder.path, 'deeper', 'config')
  assert.ok(mergeKubeconfig(file, access))
  assert.equal(read(file)['current-context'], 'mini')
  const other = join(folder.path, 'other')
  writeFileSync(other, 'apiVersion: v1\nkind: Config\ncontexts: [{name: production}]\ncurrent-context: production\n')
  assert.ok(mergeKubeconfig(other, access))
  assert.ok(mergeKubeconfig(other, access))
  assert.deepEqual(
    read(other).contexts.map(({name}) => name),
    ['production', 'mini'],
  )
  assert.equal(read(other)['current-context'], 'production')
  unmergeKubeconfig(other, 'mini')
  assert.deepEqual(
    read(other).contexts.map(({name}) => name),
    ['production'],
  )
})

test('a file that is not a kubeconfig is left alone', () => {
  using folder = tempFolder()
  const file = join(folder.path, 'config')
  writeFileSync(file, '- a\n- [b')
  assert.equal(mergeKubeconfig(file, access), false)
  assert.equal(readFileSync(file, 'utf8'), '- a\n- [b')
})
