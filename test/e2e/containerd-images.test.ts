import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {createCriClient} from '../../src/lib/cri/client.ts'
import {createImageTools} from '../../src/lib/cri/image-tools.ts'
import {startDockerRegistry} from '../helpers/docker-registry.ts'
import {isRoot, startMiniCri} from '../helpers/mini-cri.ts'
import {image, startMatrixCluster} from './matrix/cluster.ts'

const options = {skip: !isRoot && 'needs root on Linux'}

/** An index of one: what is at `tag`, for this machine. */
const putIndex = async (host: string, repository: string, tag: string, as: string): Promise<void> => {
  const url = `http://${host}/v2/${repository}/manifests/`
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const answer = await fetch(url + tag, {headers: {accept: mediaType}})
  const digest = answer.headers.get('docker-content-digest')
  const size = (await answer.arrayBuffer()).byteLength
  const platform = {os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch}
  const type = 'application/vnd.oci.image.index.v1+json'
  const body = JSON.stringify({schemaVersion: 2, mediaType: type, manifests: [{mediaType, digest, size, platform}]})
  await fetch(url + as, {method: 'PUT', headers: {'content-type': type}, body})
}

test(
  'on containerd images are listed, loaded, saved, tagged, built, pushed, pulled and removed as on mini-cri',
  options,
  async () => {
    await using registry = await startDockerRegistry()
    await using cluster = await startMatrixCluster('containerd')
    const {home} = cluster
    const mini = (...words: readonly string[]): Promise<string> => home.ok(['image', ...words])
    assert.match(await mini('ls'), new RegExp(`^${image}$`, 'm'))
    const file = join(home.home, 'saved.tar')
    await mini('save', image, file)
    await mini('rm', image)
    assert.doesNotMatch(await mini('ls'), /busybox/)
    assert.match(await mini('load', file), /busybox:1/)
    const context = join(home.home, 'Dockerfile')
    writeFileSync(context, `FROM ${image}\nRUN echo made by mini > /motto\nUSER app\n`)
    await mini('save', image, join(home.home, 'base.tar'))
    // What builds is mini's own runtime: it needs the base image from where it can get it.
    const name = `${registry.host}/busybox:1`
    await mini('tag', image, name)
    await mini('push', name)
    writeFileSync(context, `FROM ${name}\nRUN echo made by mini > /motto\nUSER app\n`)
    const built = `${registry.host}/built:1`
    await mini('build', '-t', built, home.home)
    const pod = cluster.pod('built', 'cat /motto')
    const output = await cluster.output({
      ...pod,
      spec: {...pod.spec, containers: pod.spec?.containers.map((container) => ({...container, image: built})) ?? []},
    })
    assert.equal(output, 'made by mini\n')
    await mini('push', built)
    await mini('rm', built)
    await mini('pull', built)
    const {code, stderr} = await home.run(['image', 'prune'])
    assert.deepEqual([code, /not mini's own/.test(stderr)], [1, true])

    // What CRI says of one image, by containerd and by mini-cri.
    await using runtime = await startMiniCri()
    using containerd = createCriClient(join(home.home, 'mini', 'cri.sock'))
    using tools = createImageTools(runtime.socket)
    const statusBy = async ({ImageService}: typeof containerd, wanted: string) => {
      await ImageService.PullImage({image: {image: wanted}})
      return (await ImageService.ImageStatus({image: {image: wanted}})).image
    }
    const index = `${registry.host}/built:index`
    await putIndex(registry.host, 'built', '1', 'index')
    for (const wanted of [built, index]) {
      const [theirs, ours] = [await statusBy(containerd, wanted), await statusBy(runtime.cri, wanted)]
      assert.deepEqual(ours, theirs)
    }
    await using locked = await startDockerRegistry({password: true})
    const wrong = {username: 'user', password: 'wrong'}
    for (const [wanted, auth] of [
      [`${registry.host}/none:1`, undefined],
      [`${registry.host}/none@sha256:${'0'.repeat(64)}`, undefined],
      [`${locked.host}/x:1`, undefined],
      [`${locked.host}/x:1`, wrong],
      ['127.0.0.1:1/x:1', undefined],
      ['UPPER', undefined],
    ] as const) {
      const said = ({ImageService}: typeof containerd): Promise<unknown> =>
        ImageService.PullImage({image: {image: wanted}, ...(auth ? {auth} : {})}).then(
          () => 'pulled',
          ({code, message}: Error & {code: number}) => [code, message],
        )
      assert.deepEqual(await said(runtime.cri), await said(containerd), wanted)
    }
    await tools.call('Prune', {all: true})
  },
)
