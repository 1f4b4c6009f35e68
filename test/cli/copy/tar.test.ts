import assert from 'node:assert/strict'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {unpack} from '../../../src/cli/copy/unpack.ts'
import {tarTypes, writeHeader} from '../../../src/cli/tar/header.ts'
import {readTar} from '../../../src/cli/tar/read.ts'
import {writeTar} from '../../../src/cli/tar/write.ts'

const inFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'mini-copy-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, {recursive: true})
  }
}

const unpackInto = async (cwd: string, archive: AsyncIterable<Uint8Array>): Promise<string[]> => {
  const said: string[] = []
  await unpack({
    source: {namespace: 'default', pod: 'web', file: '/tree'},
    destination: 'out/copy',
    cwd,
    program: 'kubectl',
    warn: (text) => said.push(text),
    entries: readTar(archive),
  })
  return said
}

test('A folder that was packed is unpacked as it was, without its links', () =>
  inFolder(async (folder) => {
    const long = 'x'.repeat(150)
    mkdirSync(join(folder, 'tree', 'empty'), {recursive: true})
    writeFileSync(join(folder, 'tree', long), 'long')
    symlinkSync('/etc/passwd', join(folder, 'tree', 'link'))
    const said = await unpackInto(folder, writeTar(join(folder, 'tree'), 'tree'))
    assert.equal(readFileSync(join(folder, 'out/copy', long), 'utf8'), 'long')
    assert.ok(existsSync(join(folder, 'out/copy/empty')))
    assert.ok(!existsSync(join(folder, 'out/copy/link')))
    assert.match(said.join(''), /^warning: skipping symlink: "out\/copy\/link" -> "\/etc\/passwd"/)
  }))

test('An entry that would leave the destination is skipped with a warning', () =>
  inFolder(async (folder) => {
    async function* archive() {
      const plain = {linkName: '', type: tarTypes.file, mode: 0o644, size: 0, modified: 0, uid: 0, gid: 0}
      yield writeHeader({...plain, name: 'tree/../../../evil'})
      yield Buffer.alloc(1024)
    }
    const said = await unpackInto(folder, archive())
    assert.deepEqual(said, ['warning: file "../evil" is outside target destination, skipping\n'])
    assert.ok(!existsSync(join(folder, 'evil')))
  }))
