import assert from 'node:assert/strict'
import {execFileSync, spawn} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {lock, lockNow} from '../../src/runtime/images/file-lock.ts'
import {startDockerRegistry} from '../helpers/docker-registry.ts'
import {startBuilder} from '../helpers/image-build.ts'
import {isRoot, type MiniCri, startMiniCri} from '../helpers/mini-cri.ts'
import {tempFolder} from '../helpers/temp.ts'
import {hasBusybox, startRegistry} from '../helpers/test-registry.ts'

const options = {skip: !(isRoot && hasBusybox) && 'needs root on Linux and busybox'}

const pull = async (runtime: MiniCri, image: string): Promise<string> =>
  (await runtime.cri.ImageService.PullImage({image: {image}})).imageRef

const du = (folder: string, ...flags: readonly string[]): number =>
  Number(
    execFileSync('du', ['-s', ...flags, folder])
      .toString()
      .split('\t')[0],
  )

test('a layer that starts a folder over does so above every image it belongs to', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  const over = {'data/.wh..wh..opq': '', 'data/new': ''}
  registry.push('one:1', [{'data/a': '', 'other/x': ''}, over], {Env: ['PATH=/bin']})
  registry.push('two:1', [{'data/b': '', 'data/c': ''}, over], {Env: ['PATH=/bin']})
  for (const name of ['one', 'two']) {
    const image = await pull(runtime, `${registry.host}/${name}:1`)
    const id = await runtime.start(await runtime.sandbox(), {image: {image}, command: ['ls', '/data']})
    assert.equal(await runtime.output(id), 'new\n', name)
  }
})

test('an image of a hundred layers runs', options, async () => {
  await using registry = await startRegistry()
  await using runtime = await startMiniCri()
  registry.push(
    'deep:1',
    Array.from({length: 100}, (_, at) => ({[`files/${at}`]: `${at}\n`})),
    {Env: ['PATH=/bin']},
  )
  const image = await pull(runtime, `${registry.host}/deep:1`)
  const command = ['sh', '-c', 'cat /files/0 /files/99']
  const id = await runtime.start(await runtime.sandbox(), {image: {image}, command})
  assert.equal(await runtime.output(id), '0\n99\n')
})

test('ImageFsInfo counts what du counts, before and after', options, async () => {
  await using builder = await startBuilder()
  await builder.build('FROM base\nRUN head -c 3000000 /dev/zero > /big; mkdir -p /a/b/c; ln -s x /link\n', {
    tags: ['app'],
  })
  const images = join(builder.runtime.root, 'runtime/images')
  const info = async () => (await builder.runtime.cri.ImageService.ImageFsInfo({})).imageFilesystems[0]
  const counted = await info()
  const layers = readdirSync(join(images, 'layers')).filter((name) => !name.includes('.'))
  const blobs = readdirSync(join(images, 'blobs'))
  const bytes = [
    ...layers.map((name) => join(images, 'layers', name)),
    ...blobs.map((name) => join(images, 'blobs', name)),
  ]
  assert.equal(
    counted?.usedBytes?.value,
    bytes.reduce((sum, path) => sum + du(path, '--block-size=1'), 0),
  )
  assert.equal(
    counted?.inodesUsed?.value,
    bytes.reduce((sum, path) => sum + du(path, '--inodes'), 0),
  )
  assert.equal(counted?.fsId?.mountpoint, images)
  await builder.tools.call('Prune', {all: true})
  const after = await info()
  assert.deepEqual([after?.usedBytes?.value, after?.inodesUsed?.value], [0, 0])
})

test('an image can be removed under a running container, whose files stay until it is removed', options, async () => {
  await using builder = await startBuilder()
  const {runtime, tools} = builder
  await builder.build('FROM base\nRUN echo still here > /x\nSTOPSIGNAL SIGKILL\n', {tags: ['app']})
  const sandbox = await runtime.sandbox()
  const id = await runtime.start(sandbox, {image: {image: 'app'}, command: ['sleep', '1000']})
  const created = await runtime.cri.RuntimeService.CreateContainer({
    podSandboxId: sandbox.id,
    config: {metadata: {name: 'later'}, image: {image: 'app'}, command: ['cat', '/x'], logPath: 'later.log'},
    sandboxConfig: sandbox.config,
  })
  await runtime.cri.ImageService.RemoveImage({image: {image: 'app'}})
  await tools.call('Prune', {all: true})
  assert.equal((await runtime.cri.ImageService.ImageStatus({image: {image: 'app'}})).image, undefined)
  const {stdout} = await runtime.cri.RuntimeService.ExecSync({containerId: id, cmd: ['cat', '/x'], timeout: 5})
  assert.equal(Buffer.from(stdout).toString(), 'still here\n')
  await runtime.cri.RuntimeService.StartContainer({containerId: created.containerId})
  assert.equal(await runtime.output(created.containerId), 'still here\n')
  const layers = join(runtime.root, 'runtime/images/layers')
  assert.notDeepEqual(readdirSync(layers), [])
  await runtime.cri.RuntimeService.RemovePodSandbox({podSandboxId: sandbox.id})
  assert.deepEqual(readdirSync(layers), [])
})

test(
  'a full disk fails a pull and a build in clear words, half an image never appears, and space cures it',
  options,
  async () => {
    await using registry = await startDockerRegistry()
    await using builder = await startBuilder()
    const name = `${registry.host}/app:1`
    await builder.build('FROM base\nRUN head -c 12000000 /dev/urandom > /big\n', {tags: [name]})
    await builder.tools.call('Push', {name})
    using folder = tempFolder()
    const images = join(folder.path, 'images')
    mkdirSync(images)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', images])
    try {
      await using full = await startBuilder(['--images', images])
      const {runtime} = full
      await assert.rejects(pull(runtime, name), /no space left on device: the disk of .*images is full/)
      await assert.rejects(
        full.build('FROM base\nRUN head -c 20000000 /dev/zero > /big\n'),
        /exit code: 1|no space left/i,
      )
      assert.equal((await runtime.cri.ImageService.ListImages({})).images.length, 2, 'host and base')
      assert.match(await full.run('base', {command: ['echo', 'others go on']}), /others go on/)
      execFileSync('mount', ['-o', 'remount,size=60m', images])
      const id = await pull(runtime, name)
      const container = await runtime.start(await runtime.sandbox(), {
        image: {image: id},
        command: ['wc', '-c', '/big'],
      })
      assert.match(await runtime.output(container), /^12000000 /)
      const left = readdirSync(images).filter((entry) => /^(load|save|push)-/.test(entry))
      assert.deepEqual([left, readdirSync(join(images, 'trash'))], [[], []])
    } finally {
      execFileSync('umount', ['-l', images])
    }
  },
)

test('what a killed runtime left is removed by the next: half layers, scratch of builds, mounts', options, async () => {
  const killed = await startBuilder()
  const {root} = killed.runtime
  const request = {tags: [], buildArgs: {}, noCache: false, pull: false, network: 'default', auths: {}} as const
  const dockerfile = {name: 'Dockerfile', text: 'FROM base\nRUN touch /half; echo started; sleep 1000\n'}
  await assert.rejects(async () => {
    for await (const event of killed.tools.stream('Build', {...request, dockerfile}))
      if (event.type === 'output') killed.runtime.process.kill('SIGKILL')
  })
  killed.tools[Symbol.dispose]()
  killed.runtime.cri[Symbol.dispose]()
  const images = join(root, 'runtime/images')
  const [building = ''] = readdirSync(images).filter((name) => name.startsWith('building-'))
  assert.notDeepEqual(readdirSync(join(images, building)), [])
  await using runtime = await startMiniCri([], root)
  await runtime.sandbox()
  assert.deepEqual(readdirSync(join(images, building)), [])
  assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(join(root, 'runtime/builds')))
  assert.equal((await runtime.cri.ImageService.ListImages({})).images.length, 2)
})

test('a lock of a process that died is taken over by one of those who wait, a live one is not', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'lock')
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import {lockNow} from ${JSON.stringify(join(import.meta.dirname, '../../src/runtime/images/file-lock.ts'))}
     lockNow(${JSON.stringify(file)}); console.log('locked'); setInterval(() => {}, 1000)`,
  ])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const gaveUp = AbortSignal.timeout(100)
  await assert.rejects(lock(file, gaveUp), /abort|timeout/i)
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await ended
  let [inside, most] = [0, 0]
  const work = async (): Promise<void> => {
    using _ = await lock(file)
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 2))
    inside--
  }
  await Promise.all(Array.from({length: 8}, work))
  assert.equal(most, 1)
  assert.ok(!existsSync(file))
  lockNow(file)[Symbol.dispose]()
  writeFileSync(join(folder.path, 'other'), '')
  assert.deepEqual(readdirSync(folder.path), ['other'])
})
