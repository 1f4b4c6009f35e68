// What the value of a flag may be.
import {type Asked, containersOf, kubeconfigNames, namespaceNames} from './cluster.ts'
import {type Answer, directives, files, noFiles} from './directive.ts'

const outputs =
  'custom-columns custom-columns-file go-template go-template-file json jsonpath jsonpath-as-json jsonpath-file kyaml name template templatefile wide yaml'

const fixed: Readonly<Record<string, string>> = {
  output: outputs,
  'dry-run': 'client none server',
  cascade: 'background foreground orphan',
  validate: 'ignore strict warn',
  restart: 'Always Never OnFailure',
  'override-type': 'json merge strategic',
}

const known: Readonly<Record<string, (asked: Asked) => Promise<readonly string[]>>> = {
  namespace: namespaceNames,
  context: (asked) => kubeconfigNames(asked, 'contexts'),
  cluster: (asked) => kubeconfigNames(asked, 'clusters'),
  user: (asked) => kubeconfigNames(asked, 'users'),
}

const podAmong = (args: readonly string[]): string => {
  const [first = '', second] = args
  return second !== undefined && (first === 'pod' || first === 'pods' || first === 'po') ? second : first
}

export const flagValues = async (asked: Asked, flag: string, args: readonly string[]): Promise<Answer> => {
  if (flag === 'filename') return {candidates: ['json', 'yaml', 'yml'], directive: directives.filesEndingWith}
  if (flag === 'kustomize') return {candidates: [], directive: directives.folders}
  if (flag === 'container' || flag === 'target') return noFiles(await containersOf(asked, podAmong(args)))
  const list = Object.hasOwn(known, flag) ? known[flag] : undefined
  if (list) return noFiles(await list(asked))
  const words = Object.hasOwn(fixed, flag) ? fixed[flag] : undefined
  return words === undefined ? files : noFiles(words.split(' '))
}
