// /logs/: the node's own log files, as a file server shows a folder.
import {createReadStream, existsSync, readdirSync, realpathSync, statSync} from 'node:fs'
import {join, normalize} from 'node:path'
import type {ApiResponse} from '../../api/transport.ts'

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;'})[letter] ?? letter)

const listing = (folder: string): string => {
  const names = readdirSync(folder, {withFileTypes: true})
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort()
  const links = names.map(
    (name) => `<a href="${escaped(encodeURIComponent(name).replaceAll('%2F', '/'))}">${escaped(name)}</a>\n`,
  )
  return `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links.join('')}</pre>\n`
}

/** Undefined: no such file, or none of this folder's. */
export const logFolderPage = (folder: string, path: string): ApiResponse | undefined => {
  const wanted = join(folder, normalize(`/${decodeURIComponent(path)}`))
  if (!existsSync(wanted)) return undefined
  const [real, top] = [realpathSync(wanted), realpathSync(folder)]
  if (real !== top && !real.startsWith(`${top}/`)) return undefined
  if (statSync(real).isDirectory())
    return {status: 200, headers: {'content-type': 'text/html; charset=utf-8'}, body: Buffer.from(listing(real))}
  return {status: 200, headers: {'content-type': 'text/plain; charset=utf-8'}, body: createReadStream(real)}
}
