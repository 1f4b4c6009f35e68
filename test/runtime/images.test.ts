import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {createImageTools} from '../../src/lib/cri/image-tools.ts'
import {isRoot, type MiniCri, startMiniCri} from '../helpers/mini-cri.ts'
import {hasBusybox, startRegistry} from '../helpers/test-registry.ts'

const options = {skip: !(isRoot && hasBusybox) && 'needs root on Linux and busybox'}
const pull = (runtime: MiniCri, image: string, auth = {}): Promise<{imageRef: string}> =>
  runtime.cri.ImageService.PullImage({image: {image}, auth})

test('a pulled image runs: layers stacked, whiteouts honoured, its configuration obeyed', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push(
    'app:1',
    [
      {
        'etc/passwd': 'root:x:0:0::/root:/bin/sh\nweb:x:77:78::/home/web:/bin/sh\n',
        'data/old': 'old',
        'gone/a': 'a',
        'gone/b': 'b',
      },
      {'data/new': 'new', 'data/.wh.old': '', 'gone/.wh..wh..opq': '', 'gone/c': 'c'},
    ],
    {Env: ['PATH=/bin', 'COLOUR=blue'], Entrypoint: ['sh', '-c'], User: 'web', WorkingDir: '/data'},
  )
  const {imageRef} = await pull(runtime, `${registry.host}/app:1`)
  const {image} = await runtime.cri.ImageService.ImageStatus({image: {image: `${registry.host}/app:1`}})
  assert.equal(image?.id, imageRef)
  assert.deepEqual(image?.repoTags, [`${registry.host}/app:1`])
  const sandbox = await runtime.sandbox()
  const id = await runtime.start(sandbox, {
    image: {image: imageRef},
    args: ['pwd; ls; ls /gone; id -u; id -g; echo $COLOUR; ls /'],
  })
  const output = await runtime.output(id)
  assert.match(output, /^\/data\nnew\nc\n77\n78\nblue\n/)
  assert.ok(!output.includes('.mini'))
})

test('exec works in an image that has no tools of its own', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push('app:1', [{}], {Env: ['PATH=/bin']})
  const {imageRef} = await pull(runtime, `${registry.host}/app:1`)
  const containerId = await runtime.start(await runtime.sandbox(), {
    image: {image: imageRef},
    command: ['sleep', '1000'],
  })
  const {stdout, exitCode} = await runtime.cri.RuntimeService.ExecSync({
    containerId,
    cmd: ['echo', 'in here'],
    timeout: 5,
  })
  assert.deepEqual([Buffer.from(stdout).toString(), exitCode], ['in here\n', 0])
})

test('a registry that wants a token gets credentials; without them the pull is refused', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push('private:1', [{}])
  registry.faults = {token: 'secret'}
  await assert.rejects(pull(runtime, `${registry.host}/private:1`), /authoriz|oauth/)
  const {imageRef} = await pull(runtime, `${registry.host}/private:1`, {username: 'user', password: 'pass'})
  assert.match(imageRef, /^sha256:/)
})

test('a blob that was changed on its way is refused and leaves nothing behind', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push('app:1', [{}])
  registry.faults = {corrupt: true}
  await assert.rejects(pull(runtime, `${registry.host}/app:1`), /changed on its way/)
  registry.faults = {}
  await pull(runtime, `${registry.host}/app:1`)
})

test('a download that breaks off is taken up again where it ended', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push('app:1', [{}])
  registry.faults = {cutOnce: true}
  await pull(runtime, `${registry.host}/app:1`)
})

test('an image for another platform, and one that is not there, say so', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.faults = {otherPlatform: true}
  registry.push('app:1', [{}])
  await assert.rejects(pull(runtime, `${registry.host}/app:1`), /no match for platform/)
  await assert.rejects(pull(runtime, `${registry.host}/none:1`), /not found/)
})

test('a mirror is asked first, and the registry itself when the mirror fails', options, async () => {
  await using registry = await startRegistry()
  await using dead = await startRegistry()
  await using runtime = await startMiniCri([
    '--mirror',
    `docker.io=http://${dead.host}`,
    '--mirror',
    `docker.io=http://${registry.host}`,
  ])
  registry.push('library/app:latest', [{}])
  await pull(runtime, 'app')
  const {images} = await runtime.cri.ImageService.ListImages({})
  assert.ok(images.some(({repoTags}) => repoTags.includes('docker.io/library/app:latest')))
  assert.ok(dead.requests.length > 0)
})

test('a removed image takes its layers along', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push('app:1', [{}])
  await pull(runtime, `${registry.host}/app:1`)
  await runtime.cri.ImageService.RemoveImage({image: {image: `${registry.host}/app:1`}})
  assert.equal((await runtime.cri.ImageService.ListImages({})).images.length, 1)
  const {imageFilesystems} = await runtime.cri.ImageService.ImageFsInfo({})
  assert.equal(imageFilesystems[0]?.inodesUsed?.value, 0)
})

test('an image saved to a file can be loaded again, and tagged, and run', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push('app:1', [{'etc/motto': 'saved'}], {Env: ['PATH=/bin']})
  await pull(runtime, `${registry.host}/app:1`)
  using tools = createImageTools(runtime.socket)
  const file = join(runtime.root, 'app.tar')
  await tools.call('Save', {names: [`${registry.host}/app:1`], file})
  await runtime.cri.ImageService.RemoveImage({image: {image: `${registry.host}/app:1`}})
  assert.deepEqual(await tools.call('Load', {file}), {names: [`${registry.host}/app:1`]})
  await tools.call('Tag', {source: `${registry.host}/app:1`, target: 'mine:2'})
  const id = await runtime.start(await runtime.sandbox(), {image: {image: 'mine:2'}, command: ['cat', '/etc/motto']})
  assert.match(await runtime.output(id), / P saved\n$/)
  assert.deepEqual(await runtime.exit(id), {code: 0, reason: 'Completed'})
})
