import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {profileNamed} from '../../src/client/profile.ts'
import {UsageError} from '../../src/lib/usage-error.ts'

test('a profile lives below MINI_HOME', () => {
  const profile = profileNamed('mini', {MINI_HOME: '/srv/m'})
  assert.equal(profile.folder, '/srv/m/mini')
  assert.equal(profile.socket, '/srv/m/mini/mini.sock')
})

test('a socket whose path is too long for the kernel gets a short one, the same each time', () => {
  const home = join('/', 'deep'.repeat(40))
  const {socket} = profileNamed('mini', {MINI_HOME: home})
  assert.ok(Buffer.byteLength(socket) <= 107, socket)
  assert.equal(profileNamed('mini', {MINI_HOME: home}).socket, socket)
  assert.notEqual(profileNamed('other', {MINI_HOME: home}).socket, socket)
})

for (const name of ['', '../x', 'UPPER', 'a b', '-a', 'a-', 'x'.repeat(41)])
  test(`the profile name ${JSON.stringify(name)} is refused`, () => {
    assert.throws(() => profileNamed(name, {}), UsageError)
  })
