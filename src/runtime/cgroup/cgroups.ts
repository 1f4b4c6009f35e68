// Control groups: made, limited, measured and removed by writing files.
import {existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {type Hierarchy, readHierarchy} from './hierarchy.ts'
import {type Resources, type Setting, settingsV1, settingsV2} from './settings.ts'

export interface CgroupUsage {
  readonly cpuNanos: number
  readonly memoryBytes: number
  /** Without what the kernel can take back. */
  readonly workingSetBytes: number
  readonly rssBytes: number
  readonly pageFaults: number
  readonly majorPageFaults: number
  readonly processes: number
}

/** null, zero, full, random, urandom, tty, console, ptmx and what it makes. */
const usualDevices = ['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:1', '5:2', '136:*']
  .map((numbers) => `c ${numbers} rwm`)
  .concat('c *:* m', 'b *:* m')

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the group is gone, or this kernel does not count that
  }
}
const readNumber = (file: string): number => Number(readText(file).trim()) || 0

const readTable = (file: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    readText(file)
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', value]) => [name, Number(value) || 0]),
  )

export class Cgroups {
  readonly #hierarchy: Hierarchy
  readonly #top: string

  constructor(hash: string, hierarchy = readHierarchy()) {
    this.#hierarchy = hierarchy
    this.#top = `mini-${hash}`
  }

  get version(): number {
    return this.#hierarchy.version
  }

  /** Makes the group and its parents, with limits. `path` starts with a slash. */
  create(path: string, resources: Resources): void {
    if (this.#hierarchy.version === 2) this.#enableControllers(this.#hierarchy.root, path)
    for (const [controller, folder] of this.#folders(path)) {
      mkdirSync(folder, {recursive: true})
      if (controller === 'cpuset') this.#inheritCpuset(path)
    }
    this.update(path, resources)
  }

  /**
   * What is in this group can make any device and open the usual ones and `more`, as `c 1:3 rwm`. Version 2 has no files
   * for that: containers cannot make devices there (see container-spec.ts).
   */
  restrictDevices(path: string, more: readonly string[]): void {
    const folder = this.#hierarchy.version === 1 ? this.#folder(path, 'devices') : undefined
    if (!folder) return
    writeFileSync(join(folder, 'devices.deny'), 'a')
    for (const rule of [...usualDevices, ...more]) writeFileSync(join(folder, 'devices.allow'), rule)
  }

  update(path: string, resources: Resources): void {
    const settings = this.#hierarchy.version === 2 ? settingsV2(resources) : settingsV1(resources)
    for (const setting of settings) this.#write(path, setting)
  }

  /** Where a process writes its pid to join. */
  procsFiles(path: string): string[] {
    return this.#folders(path).map(([, folder]) => join(folder, 'cgroup.procs'))
  }

  /** Controller and folder, to show a container its own group. */
  mounts(path: string): readonly (readonly [string, string])[] {
    return this.#folders(path)
  }

  /** Makes a folder to mount those on: one for each controller of version 1, empty. */
  makeView(folder: string): string {
    const names = this.#hierarchy.version === 1 ? Object.keys(this.#hierarchy.roots) : []
    for (const name of ['', ...names]) mkdirSync(join(folder, name), {recursive: true, mode: 0o755})
    return folder
  }

  pids(path: string): number[] {
    const [first] = this.#folders(path)
    return first ? readText(join(first[1], 'cgroup.procs')).split('\n').filter(Boolean).map(Number) : []
  }

  /** How often the kernel killed something in here for lack of memory. */
  oomKills(path: string): number {
    const file = this.#hierarchy.version === 2 ? 'memory.events' : 'memory.oom_control'
    const folder = this.#folder(path, 'memory')
    return folder ? (readTable(join(folder, file)).oom_kill ?? 0) : 0
  }

  usage(path: string): CgroupUsage {
    return this.#hierarchy.version === 2 ? this.#usageV2(path) : this.#usageV1(path)
  }

  /** Removes the group and what is below; processes still in it are killed by the caller first. */
  remove(path: string): void {
    for (const [, folder] of this.#folders(path)) removeTree(folder)
    if (this.#hierarchy.version !== 1) return
    for (const root of this.#hierarchy.others) removeTree(join(root, this.#top, path))
  }

  removeAll(): void {
    this.remove('')
  }

  /** Everything that still runs in groups of this profile. */
  allPids(): number[] {
    return this.#folders('').flatMap(([, folder]) => pidsBelow(folder))
  }

  /** Everything of this profile stands still until it is thawed. Version 1 has no freezer for us: signals do it. */
  freeze(): void {
    this.#freezer('1', 'SIGSTOP')
  }
  thaw(): void {
    this.#freezer('0', 'SIGCONT')
  }

  #freezer(state: '0' | '1', signal: NodeJS.Signals): void {
    const file = this.#hierarchy.version === 2 ? join(this.#hierarchy.root, this.#top, 'cgroup.freeze') : ''
    const frozen = file !== '' && existsSync(file)
    if (frozen) writeFileSync(file, state)
    for (const pid of frozen ? [] : new Set(this.allPids()))
      try {
        process.kill(pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
  }

  #folder(path: string, controller: string): string | undefined {
    return this.#folders(path).find(([name]) => name === controller || name === '')?.[1]
  }

  #folders(path: string): (readonly [string, string])[] {
    if (this.#hierarchy.version === 0) return []
    if (this.#hierarchy.version === 2) return [['', join(this.#hierarchy.root, this.#top, path)]]
    return Object.entries(this.#hierarchy.roots).map(([controller, root]) => [controller, join(root, this.#top, path)])
  }

  #write(path: string, {controller, file, value}: Setting): void {
    const folder = this.#folder(path, controller)
    if (!folder || !existsSync(join(folder, file))) return
    writeFileSync(join(folder, file), value)
  }

  /** Version 1 starts with an empty cpuset, which no process may join. */
  #inheritCpuset(path: string): void {
    if (this.#hierarchy.version !== 1) return
    let folder = this.#hierarchy.roots.cpuset ?? ''
    for (const part of [this.#top, ...path.split('/').filter(Boolean)]) {
      const parent = folder
      folder = join(folder, part)
      for (const file of ['cpuset.cpus', 'cpuset.mems'])
        if (readText(join(folder, file)).trim() === '') writeFileSync(join(folder, file), readText(join(parent, file)))
    }
  }

  #enableControllers(root: string, path: string): void {
    let folder = root
    for (const part of [this.#top, ...path.split('/').filter(Boolean)]) {
      for (const controller of ['cpu', 'memory', 'pids', 'cpuset'])
        try {
          writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`)
        } catch {
          // Not delegated to us: containers run without this limit, and RuntimeStatus says so.
        }
      folder = join(folder, part)
      mkdirSync(folder, {recursive: true})
    }
  }

  #usageV1(path: string): CgroupUsage {
    const memory = this.#folder(path, 'memory') ?? ''
    const stat = readTable(join(memory, 'memory.stat'))
    const memoryBytes = readNumber(join(memory, 'memory.usage_in_bytes'))
    return {
      cpuNanos: readNumber(join(this.#folder(path, 'cpuacct') ?? '', 'cpuacct.usage')),
      memoryBytes,
      workingSetBytes: Math.max(0, memoryBytes - (stat.total_inactive_file ?? 0)),
      rssBytes: stat.total_rss ?? 0,
      pageFaults: stat.total_pgfault ?? 0,
      majorPageFaults: stat.total_pgmajfault ?? 0,
      processes: readNumber(join(this.#folder(path, 'pids') ?? '', 'pids.current')),
    }
  }

  #usageV2(path: string): CgroupUsage {
    const folder = this.#folder(path, '') ?? ''
    const stat = readTable(join(folder, 'memory.stat'))
    const memoryBytes = readNumber(join(folder, 'memory.current'))
    return {
      cpuNanos: (readTable(join(folder, 'cpu.stat')).usage_usec ?? 0) * 1000,
      memoryBytes,
      workingSetBytes: Math.max(0, memoryBytes - (stat.inactive_file ?? 0)),
      rssBytes: stat.anon ?? 0,
      pageFaults: stat.pgfault ?? 0,
      majorPageFaults: stat.pgmajfault ?? 0,
      processes: readNumber(join(folder, 'pids.current')),
    }
  }
}

const childFolders = (folder: string): string[] => {
  try {
    return readdirSync(folder, {withFileTypes: true})
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name))
  } catch {
    return [] // gone already
  }
}

const pidsBelow = (folder: string): number[] => [
  ...readText(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number),
  ...childFolders(folder).flatMap(pidsBelow),
]

const removeTree = (folder: string): void => {
  for (const child of childFolders(folder)) removeTree(child)
  try {
    rmdirSync(folder)
  } catch {
    // Gone already, or a process is still ending in it: the next cleanup takes it.
  }
}
