// What the next argument of a command may be.
import {type Asked, kubeconfigNames, objectNames, typeNames} from './cluster.ts'
import {type Answer, directives, files, noFiles} from './directive.ts'

interface Line {
  readonly asked: Asked
  /** The arguments before the word. */
  readonly args: readonly string[]
  readonly word: string
}

type Source = (line: Line) => Promise<Answer>

/** `type/na`: names of the type, each with its type before it. */
const withSlash = async ({asked, word}: Line): Promise<Answer> => {
  const type = word.slice(0, word.indexOf('/'))
  return noFiles((await objectNames(asked, type)).map((name) => `${type}/${name}`))
}

const typesThenNames =
  (types?: readonly string[]): Source =>
  async (line) => {
    const {asked, args, word} = line
    const [type] = args
    if (type === undefined && word.includes('/')) return withSlash(line)
    if (type === undefined) {
      const all = types ?? (await typeNames(asked))
      // pods,serv: the last of them goes on.
      const before = word.slice(0, word.lastIndexOf(',') + 1)
      return noFiles(all.map((name) => `${before}${name}`))
    }
    if (type.includes('/')) return word.includes('/') ? withSlash(line) : noFiles([])
    const given = new Set(args.slice(1))
    return noFiles((await objectNames(asked, type)).filter((name) => !given.has(name)))
  }

const namesOf =
  (type: string): Source =>
  async ({asked, args}) =>
    noFiles((await objectNames(asked, type)).filter((name) => !args.includes(name)))

const workloads = 'daemonsets deployments jobs pods replicasets replicationcontrollers services statefulsets'.split(' ')

/** One pod, or a workload that has pods. */
const podOrWorkload: Source = async (line) => {
  if (line.args.length > 0) return noFiles([])
  if (line.word.includes('/')) return withSlash(line)
  const pods = await objectNames(line.asked, 'pods')
  const types = workloads.map((type) => `${type}/`)
  // A type alone is not finished: no space behind it.
  const onlyTypes = line.word !== '' && !pods.some((name) => name.startsWith(line.word))
  return {
    candidates: [...pods, ...types],
    directive: directives.noFiles + (onlyTypes ? directives.noSpace : 0),
  }
}

const firstOnly =
  (source: Source): Source =>
  async (line) =>
    line.args.length > 0 ? noFiles([]) : source(line)

const typesOnly: Source = async ({asked}) => noFiles(await typeNames(asked))
const entriesOf =
  (part: 'contexts' | 'clusters' | 'users'): Source =>
  async ({asked}) =>
    noFiles(await kubeconfigNames(asked, part))

const rolled = typesThenNames(['daemonsets', 'deployments', 'statefulsets'])
const scaled = typesThenNames(['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets'])
const anything = typesThenNames()

const sources: Readonly<Record<string, Source>> = {
  annotate: anything,
  attach: podOrWorkload,
  autoscale: scaled,
  'certificate approve': namesOf('certificatesigningrequests'),
  'certificate deny': namesOf('certificatesigningrequests'),
  completion: firstOnly(async () => noFiles(['bash', 'fish', 'powershell', 'zsh'])),
  'config delete-cluster': firstOnly(entriesOf('clusters')),
  'config delete-context': firstOnly(entriesOf('contexts')),
  'config delete-user': firstOnly(entriesOf('users')),
  'config get-contexts': entriesOf('contexts'),
  'config rename-context': firstOnly(entriesOf('contexts')),
  'config set-context': firstOnly(entriesOf('contexts')),
  'config use-context': firstOnly(entriesOf('contexts')),
  cordon: namesOf('nodes'),
  debug: podOrWorkload,
  delete: anything,
  describe: anything,
  drain: namesOf('nodes'),
  edit: anything,
  exec: podOrWorkload,
  explain: firstOnly(typesOnly),
  expose: typesThenNames(['deployments', 'pods', 'replicasets', 'replicationcontrollers', 'services']),
  get: anything,
  history: rolled,
  label: anything,
  logs: podOrWorkload,
  patch: anything,
  pause: rolled,
  'port-forward': podOrWorkload,
  'rollout history': rolled,
  'rollout pause': rolled,
  'rollout restart': rolled,
  'rollout resume': rolled,
  'rollout status': rolled,
  'rollout undo': rolled,
  scale: scaled,
  'set env': anything,
  'set image': anything,
  'set resources': anything,
  'set selector': anything,
  'set serviceaccount': anything,
  taint: typesThenNames(['nodes']),
  'top node': namesOf('nodes'),
  'top pod': namesOf('pods'),
  uncordon: namesOf('nodes'),
  undo: rolled,
  unpause: rolled,
  wait: anything,
}

export const argumentCandidates = async (words: readonly string[], line: Line): Promise<Answer> => {
  const key = words.join(' ')
  const source = Object.hasOwn(sources, key) ? sources[key] : undefined
  return source ? source(line) : files
}
