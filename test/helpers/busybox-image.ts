// A small image for tests, made of Debian's static busybox, as a file that `mini image load` and `ctr import` take.

import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {arch} from 'node:os'
import {join} from 'node:path'
import {debianPackage} from './debian.ts'

const applets =
  'sh cat echo env expr false grep head hostname id ip kill ls mkdir mount nc ps pwd rm sed sleep stat stty sync tail tar test touch true tty uname wc wget who dd nslookup mknod chmod ln umount df seq ulimit readlink tr sort httpd chroot'

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))

/** Writes `file`: an OCI layout with one image of this name. Its user "app" is 1000, group "staff" 2000. */
export const makeBusyboxImage = async (name: string, file: string): Promise<void> => {
  const {program} = await debianPackage('busybox-static')
  const folder = `${file}.parts`
  const [root, layout] = [join(folder, 'root'), join(folder, 'layout')]
  for (const path of ['bin', 'etc', 'tmp', 'home/app']) mkdirSync(join(root, path), {recursive: true})
  mkdirSync(join(layout, 'blobs', 'sha256'), {recursive: true})
  copyFileSync(program('busybox'), join(root, 'bin', 'busybox'))
  for (const applet of applets.split(' ')) symlinkSync('busybox', join(root, 'bin', applet))
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n')
  writeFileSync(join(root, 'etc', 'group'), 'root:x:0:\napp:x:1000:\nstaff:x:2000:app\n')
  const put = (bytes: Buffer): {digest: string; size: number} => {
    const hex = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(layout, 'blobs', 'sha256', hex), bytes)
    return {digest: `sha256:${hex}`, size: bytes.length}
  }
  const tarball = join(folder, 'layer.tar')
  execFileSync('tar', ['-c', '--owner=0', '--group=0', '--sort=name', '--mtime=@0', '-C', root, '-f', tarball, '.'])
  const layer = put(readFileSync(tarball))
  const config = put(
    json({
      architecture: arch() === 'x64' ? 'amd64' : arch(),
      os: 'linux',
      config: {Cmd: ['sh'], Env: ['PATH=/bin', 'FROM_IMAGE=yes'], WorkingDir: '/home/app'},
      rootfs: {type: 'layers', diff_ids: [layer.digest]},
    }),
  )
  const manifestType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = put(
    json({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {mediaType: 'application/vnd.oci.image.config.v1+json', ...config},
      layers: [{mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer}],
    }),
  )
  const annotations = {'io.containerd.image.name': name}
  writeFileSync(join(layout, 'oci-layout'), json({imageLayoutVersion: '1.0.0'}))
  writeFileSync(
    join(layout, 'index.json'),
    json({schemaVersion: 2, manifests: [{mediaType: manifestType, ...manifest, annotations}]}),
  )
  execFileSync('tar', ['-c', '-C', layout, '-f', file, '.'])
  rmSync(folder, {recursive: true, force: true})
}
