// Whether an installed OCI runtime works on this machine: it has to run a container once. What came out is kept until
// the program or the kernel is another one.
import {mkdirSync, rmSync, statSync} from 'node:fs'
import {release} from 'node:os'
import {join} from 'node:path'
import {findProgram} from '../run-program.ts'
import {readState, writeState} from '../state-file.ts'
import type {Launch} from './launched.ts'
import type {OciProgram} from './oci.ts'
import type {LaunchSpec} from './spec.ts'

interface Outcome {
  /** Which program, on which kernel. */
  readonly of: string
  readonly works: boolean
  readonly message: string
}

const identityOf = (program: string): string | undefined => {
  const file = findProgram(program)
  if (!file) return undefined
  const {mtimeMs, size} = statSync(file)
  return [file, size, mtimeMs, release()].join(' ')
}

const trialSpec = (folder: string): LaunchSpec => ({
  id: 'trial',
  folder,
  isHostImage: true,
  hostname: undefined,
  root: {
    layersFolder: '/',
    lower: ['/'],
    upper: join(folder, 'upper'),
    work: join(folder, 'work'),
    submounts: [],
    masked: [],
  },
  readOnlyRoot: false,
  privileged: false,
  mounts: [],
  images: [],
  devices: [],
  maskedPaths: [],
  readOnlyPaths: [],
  namespaces: {pid: 'new'},
  cgroupProcs: [],
  cgroupMounts: [],
  cgroupView: '',
  cgroupPath: '/trial',
  oomScoreAdj: undefined,
  process: {
    command: ['/bin/sh', '-c', 'exit 7'],
    env: [],
    cwd: '/',
    user: {uid: 0, gid: 0, groups: []},
    capabilities: [],
    noNewPrivileges: true,
  },
  tty: false,
  stdin: false,
})

export class Trials {
  readonly #folder: string
  readonly #launcherOf: (program: OciProgram) => Launch
  readonly #running = new Map<OciProgram, Promise<boolean>>()

  constructor(root: string, launcherOf: (program: OciProgram) => Launch) {
    this.#folder = join(root, 'trials')
    this.#launcherOf = launcherOf
  }

  async firstWorking(programs: readonly OciProgram[]): Promise<OciProgram | undefined> {
    for (const program of programs) if (await this.#works(program)) return program
    return undefined
  }

  #works(program: OciProgram): Promise<boolean> {
    const known = this.#running.get(program)
    if (known) return known
    const outcome = this.#outcome(program)
    this.#running.set(program, outcome)
    return outcome
  }

  async #outcome(program: OciProgram): Promise<boolean> {
    const of = identityOf(program)
    if (!of) return false
    const file = join(this.#folder, `${program}.json`)
    const known = readState<Outcome>(file)
    if (known?.of === of) return known.works
    const message = await this.#run(program)
    writeState(file, {of, works: message === '', message} satisfies Outcome)
    return message === ''
  }

  /** Empty: it works. */
  async #run(program: OciProgram): Promise<string> {
    const folder = join(this.#folder, program)
    for (const name of ['upper', 'work', 'root']) mkdirSync(join(folder, name), {recursive: true, mode: 0o700})
    try {
      const launched = await this.#launcherOf(program)(trialSpec(folder))
      launched.stdout.resume()
      launched.stderr?.resume()
      const {code} = await launched.exited
      await launched.forget?.()
      return code === 7 ? '' : `it ended with ${code} instead of 7`
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      rmSync(folder, {recursive: true, force: true})
    }
  }
}
