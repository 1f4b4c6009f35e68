// What layers are packed with, told by their first bytes: media types lie.
import {createReadStream} from 'node:fs'
import {PassThrough, type Transform} from 'node:stream'
import {createGunzip, createZstdDecompress} from 'node:zlib'

const firstBytes = async (file: string): Promise<Buffer> => {
  for await (const chunk of createReadStream(file, {end: 3})) return chunk as Buffer
  return Buffer.alloc(0)
}

export const compressionOf = async (file: string): Promise<'gzip' | 'zstd' | 'none'> => {
  const magic = await firstBytes(file)
  if (magic[0] === 0x1f && magic[1] === 0x8b) return 'gzip'
  return magic.length === 4 && magic.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none'
}

export const decompressorFor = async (file: string): Promise<Transform> => {
  const compression = await compressionOf(file)
  if (compression === 'gzip') return createGunzip()
  return compression === 'zstd' ? createZstdDecompress() : new PassThrough()
}
