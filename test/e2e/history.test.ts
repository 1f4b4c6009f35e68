// What the store remembers, as a person uses it: who changed what, how it was, and taking it back.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {startCluster} from '../helpers/cluster.ts'

test('history, --at and undo', async (t) => {
  await using cluster = await startCluster({args: ['--runtime', 'simulated', '--addons', 'none']})
  const mini = (...args: readonly string[]): Promise<string> => cluster.ok(args)
  const refused = async (...args: readonly string[]): Promise<string> => {
    const {code, stderr} = await cluster.run(args)
    assert.equal(code, 1)
    return stderr
  }
  const data = (): Promise<string> => mini('get', 'configmap', 'settings', '-o', 'jsonpath={.data}')
  await mini('create', 'configmap', 'settings', '--from-literal=a=1')
  const {metadata} = JSON.parse(await mini('get', 'configmap', 'settings', '-o', 'json')) as {
    metadata: {resourceVersion: string}
  }
  await mini('patch', 'configmap', 'settings', '-p', '{"data":{"a":"2"}}')
  await mini('label', 'configmap', 'settings', 'team=web')

  await t.test('every change has its writer and its lines, the newest first', async () => {
    const lines = (await mini('history', 'configmap/settings'))
      .split('\n')
      .map((line) => line.replace(/^revision \S+ +\S+ +/, ''))
    assert.deepEqual(lines, [
      'changed by kubectl-label',
      '    +  labels:',
      '    +    team: web',
      'changed by kubectl-patch',
      '    -  a: "1"',
      '    +  a: "2"',
      'created by kubectl-create',
      '',
    ])
  })

  await t.test('an object as it was, at a revision; the future and what nobody kept are said', async () => {
    const then = ['get', 'configmap', 'settings', '--at', metadata.resourceVersion, '-o', 'jsonpath={.data.a}']
    assert.equal(await mini(...then), '1')
    assert.match(
      await refused('get', 'configmap', 'settings', '--at', '99999999'),
      /^error: revision 99999999 is not reached yet/,
    )
    assert.match(
      await refused('get', 'configmap', 'settings', '--at', '1h'),
      /^error: there was no configmap "settings" at 1h/,
    )
    assert.match(await refused('get', 'configmap', 'settings', '--at', 'soon'), /^error: invalid --at "soon"/)
    assert.match(await refused('get', 'configmaps', '--at', '1'), /^error: --at shows named objects/)
    assert.match(await refused('history', 'configmap/absent'), /^error: nothing is kept of configmap "absent"/)
  })

  await t.test('the last change is taken back, then a deletion', async () => {
    await mini('patch', 'configmap', 'settings', '-p', '{"data":{"a":"3"}}')
    await mini('undo', 'configmap/settings')
    assert.equal(await data(), '{"a":"2"}')
    await mini('undo', 'configmap/settings', '--to', metadata.resourceVersion)
    assert.equal(await data(), '{"a":"1"}')
    await mini('delete', 'configmap', 'settings')
    assert.match(await mini('history', 'configmap/settings'), /^revision \d+ {2}deleted\n/)
    assert.equal(await mini('undo', 'configmap/settings'), 'configmap/settings brought back\n')
    assert.equal(await data(), '{"a":"1"}')
    assert.match(await refused('undo', 'configmap/absent'), /^error: no earlier version of configmap "absent" is kept/)
  })
})
