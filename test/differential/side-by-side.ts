// The real kubectl and mini, run with the same words in the same folder; what they print and how they end is compared.
import {execFile} from 'node:child_process'
import {chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Group} from './expand.ts'
import {normalise, withoutAges} from './normalise.ts'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Difference {
  readonly group: string
  readonly step: string
  readonly real: Outcome
  readonly mini: Outcome
}

export interface Side {
  /** The words that start the program. */
  readonly program: readonly string[]
  readonly kubeconfig: string
}

export interface Sides {
  readonly folder: string
  readonly real: Side
  readonly mini: Side
  /** Where reading commands find their objects. */
  readonly readNamespace: string
}

const shell = (command: string, cwd: string, env: Record<string, string>): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-c', command],
      {cwd, env, timeout: 60_000, maxBuffer: 2 ** 28},
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({code, stdout, stderr})
      },
    )
    child.stdin?.end()
  })

let runs = 0

interface Place {
  readonly work: string
  readonly env: Record<string, string>
}

const prepare = ({program}: Side, kubeconfig: string, folder: string, namespace: string): Place => {
  const home = join(folder, String(runs++).padStart(6, '0'))
  const work = join(home, 'work')
  const bin = join(home, 'bin')
  mkdirSync(bin, {recursive: true})
  cpSync(join(import.meta.dirname, 'files'), work, {recursive: true})
  const words = program.map((word) => `'${word}'`).join(' ')
  writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\nexec ${words} "$@"\n`)
  chmodSync(join(bin, 'kubectl'), 0o755)
  const own = join(home, 'kubeconfig')
  writeFileSync(own, inNamespace(readFileSync(kubeconfig, 'utf8'), namespace))
  const env = {
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    HOME: home,
    KUBECONFIG: own,
    NS: namespace,
    TZ: 'UTC',
    LC_ALL: 'C',
    TERM: 'dumb',
    KUBE_EDITOR: 'false',
  }
  return {work, env}
}

const inNamespace = (kubeconfig: string, namespace: string): string =>
  kubeconfig.replace(/^( *)namespace: .*$/m, `$1namespace: ${namespace}`)

const sameText = (one: Outcome, other: Outcome, normal: (text: string) => string): boolean =>
  one.code === other.code && normal(one.stdout) === normal(other.stdout) && normal(one.stderr) === normal(other.stderr)

const clean = (outcome: Outcome, {env}: Place): Outcome => {
  const home = env.HOME ?? ''
  return {
    ...outcome,
    stdout: outcome.stdout.replaceAll(home, '<home>'),
    stderr: outcome.stderr.replaceAll(home, '<home>'),
  }
}

const both = async (command: string, real: Place, mini: Place): Promise<[Outcome, Outcome]> => {
  const [one, other] = await Promise.all([shell(command, real.work, real.env), shell(command, mini.work, mini.env)])
  return [clean(one, real), clean(other, mini)]
}

/** Commands that only read leave nothing behind: one folder does for all of them. */
const readingPlaces = new WeakMap<Sides, readonly [Place, Place]>()

const placesFor = (sides: Sides, group: Group, namespace: string): readonly [Place, Place] => {
  const {folder, real, mini, readNamespace} = sides
  const known = group.reads ? readingPlaces.get(sides) : undefined
  if (known) return known
  const where = group.reads ? readNamespace : namespace
  const places = [
    prepare(real, real.kubeconfig, folder, where),
    prepare(mini, (group.reads ? real : mini).kubeconfig, folder, where),
  ] as const
  if (group.reads) readingPlaces.set(sides, places)
  return places
}

/** Steps whose outcomes differ. */
export const differences = async (sides: Sides, group: Group, namespace: string): Promise<Difference[]> => {
  const [real, mini] = placesFor(sides, group, namespace)
  if (!group.reads) await both(`kubectl create namespace ${namespace} >/dev/null`, real, mini)
  const found: Difference[] = []
  for (const step of group.steps) {
    const [one, other] = await both(step, real, mini)
    if (!sameText(one, other, group.reads ? withoutAges : normalise))
      found.push({group: group.name, step, real: one, mini: other})
  }
  if (!group.reads) await both(`kubectl delete namespace ${namespace} --wait=false >/dev/null`, real, mini)
  return found
}
