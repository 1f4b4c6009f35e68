import {pathOf, type Resource} from '../../../api/resource.ts'
import {selfSubjectAccessReviews} from '../../../api/resources.ts'
import type {flags} from '../../commands/auth/can-i.ts'
import type {Invocation} from '../../invocation.ts'
import {at, type Obj, textAt} from '../../objects.ts'
import {getJson} from '../../request.ts'
import {createMapper} from '../../resources/mapper.ts'
import {UsageMistake} from '../../usage-mistake.ts'
import {listAllowed} from './list-allowed.ts'

export type CanI = Invocation<typeof flags>

const resourceVerbs = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(
    ' ',
  ),
)
const pathVerbs = new Set('get put post head options delete patch *'.split(' '))

const warn = ({io}: CanI, text: string): void => io.err(`Warning: ${text}\n\n`)

const wordParts = (word: string): {name: string; group: string} => {
  const dot = word.indexOf('.')
  return dot < 0 ? {name: word, group: ''} : {name: word.slice(0, dot), group: word.slice(dot + 1)}
}

/** What the server does not know is asked about as it was written. */
const resourceOf = async (invocation: CanI, word: string): Promise<Pick<Resource, 'group' | 'plural'>> => {
  const {name, group} = wordParts(word)
  if (word === '*') return {group: '*', plural: '*'}
  // Not served, but known to authorizers.
  if (group === '' && (name === 'users' || name === 'groups')) return {group, plural: name}
  const inGroup = group === '' ? '' : ` in group '${group}'`
  let resource: Resource
  try {
    resource = await createMapper(async () => (await invocation.connect()).client).byWord(word.toLowerCase())
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NoSuchType') throw error
    warn(invocation, `the server doesn't have a resource type '${name}'${inGroup}`)
    return {group, plural: name}
  }
  if (!resource.namespaced && !invocation.flags['all-namespaces'])
    warn(
      invocation,
      `resource '${resource.plural}' is not namespace scoped${resource.group === '' ? '' : ` in group '${resource.group}'`}`,
    )
  return resource
}

const wrongArguments = ({program}: CanI): UsageMistake =>
  new UsageMistake(
    'you must specify two arguments: verb resource or verb resource/resourceName.',
    `See '${program} auth can-i -h' for help and examples.`,
  )

const specOf = async (invocation: CanI): Promise<Obj> => {
  const {flags: own, args, connect} = invocation
  const [verb = '', target = ''] = args
  if (args.length !== 2) throw wrongArguments(invocation)
  if (target.startsWith('/')) {
    if (own.subresource !== '') throw new Error('--subresource can not be used with NonResourceURL')
    if (!pathVerbs.has(verb)) warn(invocation, `verb '${verb}' is not a known verb`)
    return {nonResourceAttributes: {path: target, verb}}
  }
  const [word = '', tail = ''] = target.split('/')
  const resource = await resourceOf(invocation, word)
  if (!resourceVerbs.has(verb)) warn(invocation, `verb '${verb}' is not a known verb`)
  const {namespace} = await connect()
  const {subresource} = own
  return {
    resourceAttributes: {
      namespace: own['all-namespaces'] ? '' : namespace,
      verb,
      group: resource.group,
      resource: resource.plural,
      subresource,
      name: tail,
    },
  }
}

export const canI = async (invocation: CanI): Promise<number> => {
  const {flags: own, args, io, connect} = invocation
  if (own.list) {
    if (own.quiet || own['all-namespaces'] || own.subresource !== '')
      throw new Error("list option can't be specified with neither quiet, all-namespaces nor subresource options")
    if (args.length > 0) throw new Error('list option must be specified with no arguments')
    return listAllowed(invocation)
  }
  if (own['no-headers']) throw new Error('--no-headers cannot be set without --list specified')
  const spec = await specOf(invocation)
  const {client} = await connect()
  const review = await getJson<Obj>(client, pathOf(selfSubjectAccessReviews, {}), {
    method: 'POST',
    body: {apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec},
  })
  const allowed = at(review, 'status', 'allowed') === true
  if (!own.quiet) {
    const reasons = [textAt(review, 'status', 'reason'), textAt(review, 'status', 'evaluationError')]
    const why = allowed ? [] : reasons.filter((reason) => reason !== '')
    io.out(`${[allowed ? 'yes' : 'no', ...why].join(' - ')}\n`)
  }
  return allowed ? 0 : 1
}
