// A file of the host's that others replace now and then, perhaps behind symbolic links: read again when it changes.
import {type FSWatcher, readFileSync, realpathSync, watch} from 'node:fs'
import {basename, dirname} from 'node:path'

const realPath = (file: string): string => {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

export class WatchedFile implements Disposable {
  readonly #file: string
  readonly #onText: (text: string) => void
  readonly #watchers = new Map<string, FSWatcher>()
  #text: string | undefined

  /** Calls at once with what it holds; with nothing when it is not there. */
  constructor(file: string, onText: (text: string) => void) {
    this.#file = file
    this.#onText = onText
    this.#read()
  }

  #read(): void {
    // The folders, because the file is often replaced: its own and that of what it points to.
    const names = [...new Set([this.#file, realPath(this.#file)])]
    const folders = new Set(names.map((name) => dirname(name)))
    for (const [folder, watcher] of this.#watchers)
      if (!folders.has(folder)) {
        watcher.close()
        this.#watchers.delete(folder)
      }
    for (const folder of folders) this.#follow(folder)
    const text = this.#content()
    if (text === this.#text) return
    this.#text = text
    this.#onText(text)
  }

  #content(): string {
    try {
      return readFileSync(this.#file, 'utf8')
    } catch {
      // Not there, or not ours to read: nothing is in it.
      return ''
    }
  }

  #follow(folder: string): void {
    if (this.#watchers.has(folder)) return
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || name === basename(this.#file) || name === basename(realPath(this.#file))) this.#read()
      })
      watcher.on('error', () => undefined)
      watcher.unref()
      this.#watchers.set(folder, watcher)
    } catch {
      // Not a folder that can be watched: what was read stays.
    }
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }
}
