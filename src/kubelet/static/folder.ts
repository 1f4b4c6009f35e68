// A folder of manifests: tells what is in it, at first and whenever that may have changed.
import {mkdirSync, readdirSync, readFileSync, watch} from 'node:fs'
import {join} from 'node:path'
import type {Clock, Timer} from '../../lib/clock.ts'
import type {ManifestFile} from './manifest.ts'

/** An editor writes in several steps. */
const SETTLE_MS = 50
/** Where the file system sends no news. */
const LOOK_AGAIN_MS = 20_000

export const readManifests = (folder: string): ManifestFile[] => {
  mkdirSync(folder, {recursive: true, mode: 0o755})
  return readdirSync(folder, {withFileTypes: true})
    .filter((entry) => !entry.name.startsWith('.') && !entry.isDirectory())
    .map(({name}) => join(folder, name))
    .sort()
    .flatMap((path) => {
      try {
        return [{path, text: readFileSync(path, 'utf8')}]
      } catch {
        return [] // gone between the two looks, or a link to nothing
      }
    })
}

/** Until the signal. */
export const watchFolder = async (
  folder: string,
  {changed, clock, signal}: {changed: () => void; clock: Clock; signal: AbortSignal},
): Promise<void> => {
  let timer: Timer | undefined
  while (!signal.aborted) {
    try {
      mkdirSync(folder, {recursive: true, mode: 0o755})
      const watcher = watch(folder, {persistent: false}, () => {
        timer?.cancel()
        timer = clock.after(SETTLE_MS, changed)
      })
      await new Promise<void>((resolve) => {
        watcher.on('error', () => resolve())
        signal.addEventListener('abort', () => resolve(), {once: true})
      })
      watcher.close()
    } catch {
      // No watches left, or no such file system: looked at every now and then.
    }
    await clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined)
    if (!signal.aborted) changed()
  }
  timer?.cancel()
}
