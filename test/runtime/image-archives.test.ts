import assert from 'node:assert/strict'
import {execFile, execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {promisify} from 'node:util'
import {createImageTools} from '../../src/lib/cri/image-tools.ts'
import {digestOfBytes} from '../../src/runtime/images/digest.ts'
import {debianPackage} from '../helpers/debian.ts'
import {startDockerRegistry} from '../helpers/docker-registry.ts'
import {startBuilder} from '../helpers/image-build.ts'
import {isRoot, type MiniCri, startMiniCri} from '../helpers/mini-cri.ts'
import {hasBusybox} from '../helpers/test-registry.ts'

const options = {skip: !(isRoot && hasBusybox) && 'needs root on Linux and busybox'}
const run = promisify(execFile)

const skopeo = async (...args: readonly string[]): Promise<string> => {
  const {env, program} = await debianPackage('skopeo')
  const {stdout} = await run(program('skopeo'), ['--insecure-policy', ...args], {env, maxBuffer: 2 ** 26})
  return stdout
}

/** What a container of the image prints. */
const output = async (runtime: MiniCri, image: string, command: string): Promise<string> =>
  runtime.output(await runtime.start(await runtime.sandbox(), {image: {image}, command: ['sh', '-c', command]}))

test(
  'what is saved is a docker archive and an OCI layout to skopeo, and what skopeo makes of it loads again',
  options,
  async () => {
    await using builder = await startBuilder()
    await using runtime = await startMiniCri()
    using tools = createImageTools(runtime.socket)
    await builder.build('FROM base\nRUN echo motto > /motto && rm /etc/group\n', {tags: ['app:1', 'app:2']})
    await builder.build('FROM base\nRUN echo other > /other\n', {tags: ['other']})
    const {root} = builder.runtime
    const saved = join(root, 'saved.tar')
    await builder.tools.call('Save', {names: ['app:1', 'other'], file: saved})
    const names = JSON.parse(await skopeo('list-tags', `docker-archive:${saved}`)) as {Tags: string[]}
    assert.deepEqual(names.Tags.sort(), [
      'docker.io/library/app:1',
      'docker.io/library/app:2',
      'docker.io/library/other:latest',
    ])
    const inspected = JSON.parse(await skopeo('inspect', `docker-archive:${saved}:docker.io/library/app:1`)) as {
      Layers: string[]
    }
    assert.equal(inspected.Layers.length, 2)
    await skopeo(
      'copy',
      '-q',
      `docker-archive:${saved}:docker.io/library/app:1`,
      `docker-archive:${join(root, 'docker.tar')}:from/docker:1`,
    )
    await skopeo(
      'copy',
      '-q',
      `docker-archive:${saved}:docker.io/library/app:1`,
      `oci:${join(root, 'layout')}:from/oci:1`,
    )
    await skopeo(
      'copy',
      '-q',
      `oci:${join(root, 'layout')}:from/oci:1`,
      `oci-archive:${join(root, 'oci.tar')}:from/archive:1`,
    )
    for (const [file, name] of [
      ['docker.tar', 'docker.io/from/docker:1'],
      ['layout', 'docker.io/from/oci:1'],
      ['oci.tar', 'docker.io/from/archive:1'],
    ] as const) {
      assert.deepEqual(await tools.call('Load', {file: join(root, file)}), {names: [name]})
      assert.equal(await output(runtime, name, 'cat /motto; ls /etc'), 'motto\nhostname\nhosts\npasswd\nresolv.conf\n')
    }
    const {names: both} = await tools.call('Load', {file: saved})
    assert.deepEqual(both, names.Tags.sort())
    execFileSync('gzip', [saved])
    await tools.call('Load', {file: `${saved}.gz`})
  },
)

test('zstd layers of a registry, and what skopeo sees of an image that mini pushed', options, async () => {
  await using registry = await startDockerRegistry()
  await using builder = await startBuilder()
  await using runtime = await startMiniCri()
  const name = `${registry.host}/app`
  await builder.build('FROM base\nRUN echo packed > /motto\nLABEL a=b\n', {tags: [name]})
  const {digest} = await builder.tools.call('Push', {name})
  const seen = JSON.parse(await skopeo('inspect', '--tls-verify=false', `docker://${name}`)) as Record<string, unknown>
  assert.equal(seen.Digest, digest)
  assert.deepEqual(seen.Labels, {a: 'b'})
  const layout = `oci:${join(builder.runtime.root, 'zstd')}:x`
  await skopeo(
    'copy',
    '-q',
    '--src-tls-verify=false',
    '--dest-compress-format',
    'zstd',
    '--dest-compress',
    `docker://${name}`,
    layout,
  )
  await skopeo('copy', '-q', '--dest-tls-verify=false', layout, `docker://${name}:zstd`)
  const raw = await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${name}:zstd`)
  assert.match(raw, /tar\+zstd/)
  await runtime.cri.ImageService.PullImage({image: {image: `${name}:zstd`}})
  assert.equal(await output(runtime, `${name}:zstd`, 'cat /motto'), 'packed\n')
})

test('a name that another image has is taken from it, or left to it when asked', options, async () => {
  await using builder = await startBuilder()
  const file = join(builder.runtime.root, 'old.tar')
  const old = await builder.build('FROM base\nRUN echo old > /x\n', {tags: ['app']})
  await builder.tools.call('Save', {names: ['app'], file})
  const fresh = await builder.build('FROM base\nRUN echo new > /x\n', {tags: ['app']})
  const idOf = async (): Promise<string | undefined> =>
    (await builder.runtime.cri.ImageService.ImageStatus({image: {image: 'app'}})).image?.id
  assert.equal(await idOf(), fresh.id)
  await builder.tools.call('Load', {file, overwrite: false})
  assert.equal(await idOf(), fresh.id)
  await builder.tools.call('Load', {file})
  assert.equal(await idOf(), old.id)
})

/** A docker archive with one layer that is given as bytes. */
const archiveOf = (folder: string, layer: Buffer, diffId = digestOfBytes(layer)): string => {
  const work = mkdtempSync(join(folder, 'made-'))
  const config = {architecture: 'amd64', os: 'linux', config: {}, rootfs: {type: 'layers', diff_ids: [diffId]}}
  writeFileSync(join(work, 'config.json'), JSON.stringify(config))
  writeFileSync(join(work, 'layer.tar'), layer)
  writeFileSync(
    join(work, 'manifest.json'),
    JSON.stringify([{Config: 'config.json', RepoTags: ['made:1'], Layers: ['layer.tar']}]),
  )
  const file = `${work}.tar`
  execFileSync('tar', ['-c', '-C', work, '-f', file, '.'])
  return file
}

const tarOf = (folder: string, ...args: readonly string[]): Buffer =>
  execFileSync('tar', ['-c', '-P', '-C', folder, ...args, '-f', '-'], {maxBuffer: 2 ** 26})

test('layers keep hard links, owners, modes, times and attributes', options, async () => {
  await using runtime = await startMiniCri()
  using tools = createImageTools(runtime.socket)
  const folder = join(runtime.root, 'tree')
  mkdirSync(folder)
  const sh = (script: string): Buffer => execFileSync('sh', ['-ec', script], {cwd: folder})
  sh(
    'echo x > one; ln one two; chown 1234:5678 one; chmod 4751 one; touch -d @1000000000 one; mkfifo pipe; mkdir -m 1777 sticky; ln -s /nowhere link',
  )
  const attribute = '--pax-option=SCHILY.xattr.user.note:=kept,SCHILY.xattr.trusted.overlay.redirect:=/etc'
  const layer = tarOf(folder, '--format=posix', attribute, '.')
  await tools.call('Load', {file: archiveOf(runtime.root, layer)})
  const {image} = await runtime.cri.ImageService.ImageStatus({image: {image: 'made:1'}})
  assert.ok(image)
  const [name = ''] = execFileSync('ls', [join(runtime.root, 'runtime/images/layers')])
    .toString()
    .split('\n')
  const at = (path: string): string => join(runtime.root, 'runtime/images/layers', name, path)
  const one = statSync(at('one'))
  assert.equal(one.ino, statSync(at('two')).ino)
  assert.deepEqual([one.uid, one.gid, one.mode & 0o7777, one.mtimeMs], [1234, 5678, 0o4751, 1e12])
  assert.equal(statSync(at('sticky')).mode & 0o7777, 0o1777)
  assert.ok(statSync(at('pipe')).isFIFO())
  const listed = execFileSync('tar', [
    '-c',
    '--format=posix',
    '--xattrs',
    '--xattrs-include=*',
    '-C',
    at('.'),
    '-f',
    '-',
    'one',
  ])
  assert.match(listed.toString('latin1'), /user\.note=kept/)
  assert.doesNotMatch(listed.toString('latin1'), /overlay\.redirect/, 'what overlayfs notes is not for an image to say')
})

test(
  'layers cannot reach out: absolute names, dots, links to elsewhere, a link in place of /proc',
  options,
  async () => {
    await using runtime = await startMiniCri()
    using tools = createImageTools(runtime.socket)
    const folder = join(runtime.root, 'tree')
    mkdirSync(folder)
    const victim = join(runtime.root, 'victim')
    const load = (layer: Buffer): Promise<unknown> => tools.call('Load', {file: archiveOf(runtime.root, layer)})
    writeFileSync(join(folder, 'evil'), 'evil')
    await assert.rejects(
      load(tarOf(folder, `--transform=s,evil,../../../../../../..${victim},`, 'evil')),
      /could not be unpacked/,
    )
    await load(tarOf(folder, `--transform=s,evil,${victim},`, 'evil'))
    execFileSync('ln', ['-s', runtime.root, join(folder, 'way')])
    const through = Buffer.concat([
      tarOf(folder, 'way').subarray(0, 512),
      tarOf(folder, '--transform=s,evil,way/victim,', 'evil'),
    ])
    await load(through).catch((error: unknown) => assert.match(String(error), /could not be unpacked/))
    assert.throws(() => readFileSync(victim), /ENOENT/)
    execFileSync('ln', ['-s', '/etc', join(folder, 'proc')])
    await assert.rejects(load(tarOf(folder, 'proc')), /something else than a folder at \/proc/)
    await assert.rejects(load(Buffer.from('no archive at all')), /could not be unpacked/)
    const {images} = await runtime.cri.ImageService.ListImages({})
    assert.ok(images.length <= 2)
  },
)

test('an archive that lies about its contents is refused', options, async () => {
  await using runtime = await startMiniCri()
  using tools = createImageTools(runtime.socket)
  const folder = join(runtime.root, 'tree')
  mkdirSync(folder)
  writeFileSync(join(folder, 'x'), 'x')
  const wrong = `sha256:${'0'.repeat(64)}`
  const file = archiveOf(runtime.root, tarOf(folder, 'x'), wrong)
  await assert.rejects(
    tools.call('Load', {file}),
    new RegExp(`layer sha256:.* unpacks to sha256:.*, but the configuration says ${wrong}`),
  )
  await assert.rejects(tools.call('Load', {file: '/etc/passwd'}), /tar: /)
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([{Config: '../../../../etc/passwd', Layers: []}]))
  const outside = join(runtime.root, 'outside.tar')
  execFileSync('tar', ['-c', '-C', folder, '-f', outside, '.'])
  await assert.rejects(tools.call('Load', {file: outside}), /outside of the archive|is missing in the archive/)
  assert.equal((await runtime.cri.ImageService.ListImages({})).images.length, 1)
})
