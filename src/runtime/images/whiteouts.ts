// The marks of removed files in a layer's archive, as overlayfs wants them: a device 0:0 hides a name, an extended
// attribute says that a folder starts over.
import {existsSync, lstatSync, rmSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {runProgram} from '../run-program.ts'

export const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'
const BATCH = 200

const makeDevices = async (paths: readonly string[]): Promise<void> => {
  for (let at = 0; at < paths.length; at += BATCH)
    await runProgram('sh', [
      '-c',
      'for path do mknod "$path" c 0 0 || exit 1; done',
      'sh',
      ...paths.slice(at, at + BATCH),
    ])
}

/** There need not be a program that sets attributes: tar packs each folder with it, and unpacks it onto itself. */
const startOver = async (layer: string, folders: readonly string[]): Promise<void> => {
  if (folders.length === 0) return
  const attribute = '--pax-option=SCHILY.xattr.trusted.overlay.opaque:=y'
  const pack = `tar -c --format=posix ${attribute} --no-recursion --null -C "$1" -T -`
  const unpack = 'tar -x -p --numeric-owner --xattrs --xattrs-include=trusted.overlay.opaque -C "$1"'
  await runProgram('sh', ['-c', `${pack} | ${unpack}`, 'sh', layer], {
    input: folders.map((path) => `${path}\0`).join(''),
  })
}

/** `marks`: names in the archive that begin like one. */
export const applyWhiteouts = async (layer: string, marks: readonly string[]): Promise<void> => {
  const hidden: string[] = []
  const opaque: string[] = []
  for (const mark of marks) {
    const path = join(layer, mark)
    if (!lstatSync(path, {throwIfNoEntry: false})) continue
    rmSync(path, {recursive: true, force: true})
    const name = basename(mark)
    if (name === OPAQUE) opaque.push(dirname(mark))
    else if (!name.startsWith('.wh..wh.')) hidden.push(join(dirname(path), name.slice(WHITEOUT.length)))
  }
  await makeDevices(hidden.filter((path) => !existsSync(path)))
  await startOver(layer, opaque)
}
