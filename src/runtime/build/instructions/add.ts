// ADD: like COPY, but archives of the context are unpacked, and addresses fetched.
import {createHash} from 'node:crypto'
import {closeSync, createWriteStream, openSync, readSync, statSync, utimesSync} from 'node:fs'
import {basename, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {ask} from '../../images/registry-http.ts'
import {runProgram, tryProgram} from '../../run-program.ts'
import {type Build, withScratch} from '../build.ts'
import {errorAt, placed} from '../build-error.ts'
import {plainContext, type Source} from '../context.ts'
import {copyFolder} from '../copy-files.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import {layerStep} from '../layer-step.ts'
import type {Scratch} from '../scratch.ts'
import {type CopyJob, carryOut, inputsOf, neededSources} from './copy.ts'
import {copyOptions, copyWords} from './copy-flags.ts'
import type {Handler} from './handler.ts'

const isAddress = (text: string): boolean => /^https?:\/\//.test(text)

const magics: readonly (readonly [number, readonly number[]])[] = [
  [0, [0x1f, 0x8b]],
  [0, [0x42, 0x5a, 0x68]],
  [0, [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  [0, [0x28, 0xb5, 0x2f, 0xfd]],
  [257, [0x75, 0x73, 0x74, 0x61, 0x72]],
]

/** By its content, and by what tar says of it: a compressed text is no archive. */
const isArchive = async (file: string): Promise<boolean> => {
  if (!statSync(file).isFile()) return false
  const head = Buffer.alloc(262)
  const opened = openSync(file, 'r')
  try {
    readSync(opened, head)
  } finally {
    closeSync(opened)
  }
  if (!magics.some(([at, bytes]) => bytes.every((byte, index) => head[at + index] === byte))) return false
  return (await tryProgram('tar', ['-t', '-f', file], {})).code === 0
}

/** Into a folder of its own first: what is in the image's root cannot lead it astray. */
const unpack = async (source: Source, job: CopyJob, scratch: Scratch, root: string): Promise<void> => {
  const folder = scratch.fresh('archive')
  await runProgram('tar', [
    '-x',
    '-p',
    '--numeric-owner',
    '--xattrs',
    '--xattrs-include=*',
    '-C',
    folder,
    '-f',
    source.file,
  ])
  const all = {path: '', file: folder, isFolder: true}
  const {mode, owner} = job.options
  const chowned = job.words.flags.has('chown') ? owner : undefined
  await copyFolder(plainContext(folder), all, root, job.words.target, {owner: chowned, mode})
}

const nameOf = (address: string, {intoFolder}: {readonly intoFolder: boolean}, instruction: Instruction): string => {
  const name = basename(new URL(address).pathname)
  if (name === '' && intoFolder) throw errorAt(instruction.place, `cannot determine filename for source ${address}`)
  return name || 'file'
}

const fetchInto = async (build: Build, address: string, file: string, checksum: string | undefined): Promise<void> => {
  const {signal} = build
  const response = await ask({url: address, signal, silenceMs: build.runtime.images.settings.silenceMs})
  if (response.statusCode !== 200) {
    response.resume()
    throw new Error(`ADD ${address}: the server answers ${response.statusCode}`)
  }
  const hash = createHash('sha256')
  response.on('data', (chunk) => hash.update(chunk))
  await pipeline(response, createWriteStream(file, {mode: 0o600}), {signal})
  const digest = `sha256:${hash.digest('hex')}`
  if (checksum && digest !== checksum) throw new Error(`ADD ${address}: digest mismatch ${digest}: ${checksum}`)
  const modified = Date.parse(String(response.headers['last-modified'] ?? ''))
  if (!Number.isNaN(modified)) utimesSync(file, modified / 1000, modified / 1000)
}

export const addHandler: Handler = async (build, stage, instruction, title) => {
  const words = copyWords(build, stage, instruction, ['chown', 'chmod', 'checksum', 'link', 'exclude'])
  const addresses = words.sources.filter(isAddress)
  const options = copyOptions(build, stage, instruction, words.flags, {uid: 0, gid: 0})
  try {
    return await withScratch(build, async (fetched) => {
      const downloads: Source[] = []
      for (const address of addresses) {
        const file = join(fetched.fresh('download'), nameOf(address, words, instruction))
        await fetchInto(build, address, file, words.flags.get('checksum'))
        downloads.push({path: basename(file), file, isFolder: false})
      }
      const local = neededSources(
        build.context,
        instruction,
        words.sources.filter((source) => !isAddress(source)),
      )
      const archives: Source[] = []
      for (const source of local) if (!source.isFolder && (await isArchive(source.file))) archives.push(source)
      const sources = [...local.filter((source) => !archives.includes(source)), ...downloads]
      const job = {context: build.context, sources, words, options}
      const packed = {...job, sources: archives}
      return layerStep(build, stage, {
        title,
        createdBy: instruction.text,
        inputs: [await inputsOf(job, 'add'), await inputsOf(packed, 'unpack')],
        work: async (scratch, layers) => {
          const root = await scratch.root(layers)
          for (const source of archives) await unpack(source, packed, scratch, root)
          await carryOut(job, scratch, root)
        },
      })
    })
  } catch (error) {
    throw placed(instruction.place, error)
  }
}
