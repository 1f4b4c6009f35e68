// Large answers are packed for clients that take gzip, as the real server does.
import {promisify} from 'node:util'
import {constants, gzip} from 'node:zlib'
import type {ApiResponse} from '../../api/transport.ts'

const pack = promisify(gzip)

/** Below this the real server does not bother either. */
const worthwhileBytes = 128 * 1024

export const compressed = (
  acceptEncoding: string | string[] | undefined,
  answer: ApiResponse,
  body: Uint8Array,
): Promise<Buffer> | undefined => {
  if (body.length < worthwhileBytes || answer.headers['content-encoding'] !== undefined) return undefined
  if (!String(acceptEncoding ?? '').includes('gzip')) return undefined
  return pack(body, {level: constants.Z_BEST_SPEED})
}
