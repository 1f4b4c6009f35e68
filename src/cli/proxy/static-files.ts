// Files of one folder over HTTP; nothing outside it, links included.
import {createReadStream} from 'node:fs'
import {realpath, stat} from 'node:fs/promises'
import type {ServerResponse} from 'node:http'
import {extname, join, sep} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {hasCode} from '../../lib/node-error.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

const find = async (folder: string, path: string): Promise<string | undefined> => {
  try {
    const root = await realpath(folder)
    const found = await realpath(join(root, decodeURIComponent(path)))
    if (found !== root && !found.startsWith(root + sep)) return undefined
    return (await stat(found)).isDirectory() ? await realpath(join(found, 'index.html')) : found
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ERR_INVALID_ARG_VALUE') || error instanceof URIError)
      return undefined
    throw error
  }
}

export const sendFile = async (folder: string, path: string, response: ServerResponse): Promise<void> => {
  const file = await find(folder, path)
  if (file === undefined) {
    response.writeHead(404, {'content-type': 'text/plain; charset=utf-8'}).end('404 page not found\n')
    return
  }
  response.writeHead(200, {'content-type': types[extname(file)] ?? 'application/octet-stream'})
  await pipeline(createReadStream(file), response)
}
