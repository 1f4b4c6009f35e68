// A range that is local by a route can be listened on with IPv4; with IPv6 only where the kernel lets programs listen on
// addresses that no device has. That is a setting of the whole machine: each range that needs it leaves a file, with what
// the setting was before in it, and the last one to go puts it back.
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

const SETTING = '/proc/sys/net/ipv6/ip_nonlocal_bind'
const ROOT = '/run/mini/nonlocal-bind'

const fileOf = (range: string): string => join(ROOT, range.replaceAll(/[:/]/g, '-'))
const users = (): string[] => (existsSync(ROOT) ? readdirSync(ROOT) : [])

export const borrowNonlocalBind = (range: string): void => {
  const [first] = users()
  const before = first === undefined ? readFileSync(SETTING, 'utf8').trim() : readFileSync(join(ROOT, first), 'utf8')
  mkdirSync(ROOT, {recursive: true})
  writeFileSync(fileOf(range), before)
  writeFileSync(SETTING, '1')
}

/** Safe where nothing was borrowed. */
export const returnNonlocalBind = (range: string): void => {
  const file = fileOf(range)
  if (!existsSync(file)) return
  const before = readFileSync(file, 'utf8')
  rmSync(file, {force: true})
  if (users().length > 0) return
  writeFileSync(SETTING, before)
  rmSync(ROOT, {recursive: true, force: true})
}
