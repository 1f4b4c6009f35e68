import assert from 'node:assert/strict'
import {mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {type VolumeFile, writeAtomically} from '../../src/kubelet/volumes/atomic-files.ts'
import {tempFolder} from '../helpers/temp.ts'

const file = (path: string, text: string, mode = 0o644): VolumeFile => ({path, content: Buffer.from(text), mode})
const visible = (folder: string): string[] => readdirSync(folder).filter((name) => !name.startsWith('..'))

test('files appear under their names, change all at once, and go', () => {
  using folder = tempFolder()
  const {path} = folder
  assert.equal(writeAtomically(path, [file('a', '1'), file('deep/er', '2', 0o400)], 'one'), true)
  assert.deepEqual(visible(path).sort(), ['a', 'deep'])
  assert.equal(readFileSync(join(path, 'deep/er'), 'utf8'), '2')
  assert.equal(statSync(join(path, 'deep/er')).mode & 0o777, 0o400)
  assert.equal(writeAtomically(path, [file('a', '1'), file('deep/er', '2', 0o400)], 'two'), false)
  assert.equal(writeAtomically(path, [file('a', '3')], 'three'), true)
  assert.deepEqual([visible(path), readFileSync(join(path, 'a'), 'utf8')], [['a'], '3'])
  assert.deepEqual(readdirSync(path).sort(), ['..data', '..three', 'a'])
})

test('what a killed kubelet left half done is finished and cleaned up', () => {
  using folder = tempFolder()
  const {path} = folder
  const files = [file('a', '1'), file('b', '2')]
  writeAtomically(path, files, 'one')
  // Killed before the last name was there, and another time before the new set took the place of the old.
  rmSync(join(path, 'b'))
  mkdirSync(join(path, '..half'))
  symlinkSync('..half', join(path, '..data.new'))
  assert.equal(writeAtomically(path, files, 'two'), false)
  assert.deepEqual(readdirSync(path).sort(), ['..data', '..one', 'a', 'b'])
  symlinkSync('..half', join(path, '..data.new'))
  assert.equal(writeAtomically(path, [file('a', '9')], 'three'), true)
  assert.deepEqual(readdirSync(path).sort(), ['..data', '..three', 'a'])
})
