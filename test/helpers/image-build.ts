// Builds of images in a mini-cri of the test's own, from files that the test gives as text.
import {chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {type BuildEvent, type BuildRequest, createImageTools, type ImageTools} from '../../src/lib/cri/image-tools.ts'
import type {Message} from '../../src/lib/cri/messages.ts'
import {type MiniCri, startMiniCri} from './mini-cri.ts'
import {busybox} from './test-registry.ts'

export interface Built {
  readonly id: string
  /** Names of steps; those from the cache end with `(cached)`. */
  readonly steps: readonly string[]
  readonly output: string
  readonly warnings: readonly string[]
}

export type BuildOptions = Partial<Omit<BuildRequest, 'dockerfile' | 'context'>> & {
  /** Path to content; a path with a slash at its end is an empty folder. */
  readonly files?: Readonly<Record<string, string>>
}

export interface Builder extends AsyncDisposable {
  readonly runtime: MiniCri
  readonly tools: ImageTools
  readonly context: string
  /** A Dockerfile whose base is a busybox, under /bin, as `FROM base`. */
  build(dockerfile: string, options?: BuildOptions): Promise<Built>
  /** What a container of the image prints. */
  run(image: string, config?: Message<'ContainerConfig'>): Promise<string>
}

const programs =
  'sh ls cat rm mkdir touch id env echo mv rmdir sleep head stat ln readlink test printf wc sort find tr chmod'

const writeBase = (folder: string): void => {
  mkdirSync(join(folder, 'bin'), {recursive: true})
  copyFileSync(busybox ?? '', join(folder, 'bin', 'busybox'))
  chmodSync(join(folder, 'bin', 'busybox'), 0o755)
  for (const name of programs.split(' ')) symlinkSync('busybox', join(folder, 'bin', name))
  mkdirSync(join(folder, 'etc'))
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nweb:x:77:78::/home/web:/bin/sh\n')
  writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nweb:x:78:\nstaff:x:50:web\n')
}

export const writeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(path.endsWith('/') ? file : dirname(file), {recursive: true})
    if (!path.endsWith('/')) writeFileSync(file, content)
  }
}

const collect = async (events: AsyncIterable<BuildEvent>): Promise<Built> => {
  const built = {id: '', steps: [] as string[], output: '', warnings: [] as string[]}
  for await (const event of events)
    if (event.type === 'result') built.id = event.id
    else if (event.type === 'output') built.output += event.text
    else if (event.type === 'warning') built.warnings.push(event.text)
    else built.steps.push(event.cached ? `${event.name} (cached)` : event.name)
  return built
}

export const startBuilder = async (args: readonly string[] = []): Promise<Builder> => {
  const runtime = await startMiniCri(args)
  const tools = createImageTools(runtime.socket)
  const context = join(runtime.root, 'context')
  const build = (text: string, {files = {}, ...more}: BuildOptions = {}): Promise<Built> => {
    mkdirSync(context, {recursive: true})
    writeFiles(context, files)
    const usual = {tags: [], buildArgs: {}, noCache: false, pull: false, network: 'default', auths: {}} as const
    return collect(tools.stream('Build', {...usual, ...more, context, dockerfile: {name: 'Dockerfile', text}}))
  }
  const base = join(runtime.root, 'base')
  writeBase(base)
  const dockerfile = {name: 'Dockerfile', text: 'FROM scratch\nCOPY . /\nENV PATH=/bin\n'}
  const request = {tags: ['base'], buildArgs: {}, noCache: false, pull: false, network: 'default', auths: {}} as const
  await collect(tools.stream('Build', {...request, context: base, dockerfile}))
  rmSync(base, {recursive: true})
  return {
    runtime,
    tools,
    context,
    build,
    run: async (image, config = {}) => {
      const id = await runtime.start(await runtime.sandbox(), {image: {image}, ...config})
      return runtime.output(id)
    },
    [Symbol.asyncDispose]: async () => {
      tools[Symbol.dispose]()
      await runtime[Symbol.asyncDispose]()
    },
  }
}
