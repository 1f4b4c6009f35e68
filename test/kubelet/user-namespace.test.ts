import assert from 'node:assert/strict'
import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import type {ThePod} from '../../src/kubelet/pods/types.ts'
import {userNamespace} from '../../src/kubelet/pods/user-namespace.ts'
import {tempFolder} from '../helpers/temp.ts'

const pod = (uid: string, hostUsers?: boolean): ThePod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: uid, uid, resourceVersion: '1', creationTimestamp: ''},
    spec: {containers: [], ...(hostUsers === undefined ? {} : {hostUsers})},
  }) as ThePod

test('pods with users of their own get numbers that no other has, the same ones again, and free ones anew', () => {
  using folder = tempFolder()
  const startOf = (uid: string) => userNamespace(pod(uid, false), folder.path, true)?.uids?.[0]?.hostId
  assert.deepEqual([startOf('a'), startOf('b'), startOf('a')], [65_536, 131_072, 65_536])
  rmSync(join(folder.path, 'a'), {recursive: true})
  assert.equal(startOf('c'), 65_536)
})

test('other pods have the users of the machine, and a runtime that cannot do better is not told of any', () => {
  using folder = tempFolder()
  assert.deepEqual(userNamespace(pod('a'), folder.path, true), {mode: 2})
  assert.equal(userNamespace(pod('a', true), folder.path, false), undefined)
  assert.throws(() => userNamespace(pod('a', false), folder.path, false), /hostUsers: false\) are not supported/)
})
