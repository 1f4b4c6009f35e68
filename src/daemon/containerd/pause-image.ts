// The image of the container that holds a pod's namespaces, made of this machine's own shell: nothing is downloaded.
import {createHash} from 'node:crypto'
import {mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {arch} from 'node:os'
import {join} from 'node:path'
import {copyPrograms} from '../../runtime/launch/tools.ts'
import {runProgram} from '../../runtime/run-program.ts'

/** Pid 1 of pods that share their processes: it reaps what is left to it. */
const script = "trap 'exit 0' TERM INT; while :; do /loader --library-path /lib /sleep 2000000 & wait $!; wait; done"

interface Blob {
  readonly digest: string
  readonly size: number
}

const putBlob = (layout: string, bytes: Buffer): Blob => {
  const hex = createHash('sha256').update(bytes).digest('hex')
  writeFileSync(join(layout, 'blobs', 'sha256', hex), bytes)
  return {digest: `sha256:${hex}`, size: bytes.length}
}

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))

/** Writes `file`, an OCI layout in a tar; `folder` is used meanwhile and removed. */
export const makePauseImage = async (name: string, folder: string, file: string): Promise<void> => {
  rmSync(folder, {recursive: true, force: true})
  const [root, layout, layerFile] = [join(folder, 'root'), join(folder, 'layout'), join(folder, 'layer.tar')]
  mkdirSync(join(layout, 'blobs', 'sha256'), {recursive: true})
  await copyPrograms(root, ['sh', 'sleep'])
  await runProgram('tar', ['-c', '--owner=0', '--group=0', '--sort=name', '-C', root, '-f', layerFile, '.'])
  const layer = putBlob(layout, readFileSync(layerFile))
  const config = putBlob(
    layout,
    json({
      architecture: arch() === 'x64' ? 'amd64' : arch(),
      os: 'linux',
      config: {Entrypoint: ['/loader', '--library-path', '/lib', '/sh', '-c', script]},
      rootfs: {type: 'layers', diff_ids: [layer.digest]},
    }),
  )
  const manifest = putBlob(
    layout,
    json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: {mediaType: 'application/vnd.oci.image.config.v1+json', ...config},
      layers: [{mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer}],
    }),
  )
  const annotations = {'io.containerd.image.name': name}
  writeFileSync(join(layout, 'oci-layout'), json({imageLayoutVersion: '1.0.0'}))
  writeFileSync(
    join(layout, 'index.json'),
    json({
      schemaVersion: 2,
      manifests: [{mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, annotations}],
    }),
  )
  await runProgram('tar', ['-c', '-C', layout, '-f', file, '.'])
  rmSync(folder, {recursive: true, force: true})
  if (statSync(file).size === 0) throw new Error('the pause image is empty')
}
