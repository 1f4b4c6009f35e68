// How the script inside a container calls the few programs it needs once the container's root is in place. Image `host`
// has them; any other image gets copies with their libraries under /dev/.mini and runs them through their own loader.
import {copyFileSync, mkdirSync, realpathSync} from 'node:fs'
import {basename, join} from 'node:path'
import {findProgram, runProgram} from '../run-program.ts'
import {shellQuote} from '../shell-quote.ts'

export type ToolName = 'mount' | 'umount' | 'setpriv' | 'env' | 'rm' | 'mkdir' | 'setsid'
/** The words that call a tool. */
export type Tools = (name: ToolName) => string

const toolNames: readonly ToolName[] = ['mount', 'umount', 'setpriv', 'env', 'rm', 'mkdir', 'setsid']
export const TOOLS_MOUNT = '/dev/.mini'

export const hostTools: Tools = (name) => findProgram(name) ?? name

export const copiedTools: Tools = (name) =>
  `${TOOLS_MOUNT}/loader --library-path ${TOOLS_MOUNT}/lib ${shellQuote(`${TOOLS_MOUNT}/${name}`)}`

/** Lines of ldd: `libc.so.6 => /lib/libc.so.6 (0x...)` and, for the loader, `/lib64/ld-linux.so.2 (0x...)`. */
const librariesOf = (ldd: string): {libraries: string[]; loader: string | undefined} => {
  const libraries = [...ldd.matchAll(/=> (\/\S+)/g)].map((match) => match[1] ?? '')
  return {libraries, loader: /^\s*(\/\S*ld-\S+)/m.exec(ldd)?.[1]}
}

/** Programs of this machine with their libraries and loader, to run where this machine's root is not. */
export const copyPrograms = async (folder: string, names: readonly string[]): Promise<void> => {
  mkdirSync(join(folder, 'lib'), {recursive: true, mode: 0o755})
  for (const name of names) {
    const program = findProgram(name)
    if (!program) throw new Error(`${name} is not installed`)
    const {libraries, loader} = librariesOf(await runProgram('ldd', [program]))
    copyFileSync(realpathSync(program), join(folder, name))
    for (const library of libraries) copyFileSync(realpathSync(library), join(folder, 'lib', basename(library)))
    if (loader) copyFileSync(realpathSync(loader), join(folder, 'loader'))
  }
}

/** Once a process: the folder to bind at TOOLS_MOUNT. */
export class ToolCopies {
  readonly #folder: string
  #made: Promise<void> | undefined
  constructor(folder: string) {
    this.#folder = folder
  }
  async folder(): Promise<string> {
    this.#made ??= copyPrograms(this.#folder, toolNames)
    await this.#made
    return this.#folder
  }
}
