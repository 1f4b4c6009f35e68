// From a request to its handler: the kind its path names, the verb, the subresource.
import {ApiError} from '../api/errors.ts'
import type {Kind, Subresource} from '../api/kind.ts'
import type {Backend} from './backend.ts'
import {methodNotAllowed, noSuchPath, notFound} from './errors.ts'
import {create} from './handlers/create.ts'
import {remove} from './handlers/delete.ts'
import {deleteCollection} from './handlers/delete-collection.ts'
import {existing, get} from './handlers/get.ts'
import {list} from './handlers/list.ts'
import {patch} from './handlers/patch.ts'
import {update} from './handlers/update.ts'
import {watch} from './handlers/watch.ts'
import type {Call} from './request/call.ts'
import type {Answer} from './respond/answer.ts'
import {textResponse} from './respond/status.ts'
import {subresourceHandlers} from './subresources/index.ts'

type Handler = (backend: Backend, call: Call, kind: Kind) => Promise<Answer>

const handlers: Readonly<Record<string, Handler>> = {
  get,
  list,
  watch,
  create,
  update,
  patch: (backend, call, kind) => patch(backend, call, kind),
  delete: remove,
  deletecollection: deleteCollection,
}

const onCollection = new Set(['list', 'watch', 'create', 'deletecollection'])

/** Whether the path's form fits the kind's scope and the verb: names for one, collections for many. */
const fitsPath = (kind: Kind, call: Call): boolean => {
  const {verb, name, namespace} = call.info
  const named = name !== ''
  if (!kind.resource.namespaced) return true
  if (namespace !== '') return !(named && verb === 'create')
  return !named && (verb === 'list' || verb === 'watch')
}

export const dispatch = async (backend: Backend, call: Call): Promise<Answer> => {
  const {group, version, plural, subresource, rest, verb, name} = call.info
  const kind = backend.kinds.get(group, version, plural)
  if (!kind) return nothingServed(backend, group, version)
  if (call.request.method === 'HEAD') throw methodNotAllowed()
  if (kind.deprecated) call.warnings.add(kind.deprecated)
  if (subresource !== '') return dispatchSubresource(backend, call, kind)
  if (rest !== '') throw noSuchPath()
  if (kind.custom && !kind.verbs.includes('create') && verb === 'create') throw terminating(verb)
  const handler = reviewFor(backend, kind, verb) ?? handlers[verb]
  if (!handler || !kind.verbs.some((known) => known === verb) || !fitsPath(kind, call)) throw methodNotAllowed()
  if (name === '' && !onCollection.has(verb)) throw methodNotAllowed()
  if (name !== '' && verb === 'create') throw methodNotAllowed()
  return handler(backend, call, kind)
}

/** Where nothing at all is served, nobody speaks of resources. */
const nothingServed = (backend: Backend, group: string, version: string): Answer => {
  const isServed = ({resource, custom}: Kind): boolean =>
    resource.group === group && (!custom || resource.version === version)
  if (backend.kinds.all().some(isServed)) throw noSuchPath()
  return textResponse(404, '404 page not found\n')
}

const terminating = (verb: string): ApiError =>
  new ApiError('MethodNotAllowed', `${verb} not allowed while custom resource definition is terminating`, {details: {}})

const reviewFor = (backend: Backend, kind: Kind, verb: string): Handler | undefined => {
  const review = kind.virtual && verb === 'create' ? backend.reviews[kind.resource.plural] : undefined
  return review && ((_backend, call, asked) => review(call, asked))
}

const dispatchSubresource = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const {subresource, verb, rest} = call.info
  const rules = kind.subresources[subresource]
  // Whatever a custom kind has no part for is missing from the object.
  if (!rules && kind.custom) throw notFound(kind.resource, call.info.name)
  if (!rules || (rest !== '' && subresource !== 'proxy')) throw noSuchPath()
  if (!rules.verbs.some((known) => known === verb)) throw methodNotAllowed()
  const special =
    subresourceHandlers[`${kind.resource.plural}/${subresource}`] ??
    (rules.scale ? subresourceHandlers.scale : undefined)
  if (special) return special(backend, call, kind, rules)
  return wholeObject(backend, call, kind, {name: subresource, rules})
}

/** Subresources that write a part of the object itself. */
const wholeObject = async (
  backend: Backend,
  call: Call,
  kind: Kind,
  subresource: {readonly name: string; readonly rules: Subresource},
): Promise<Answer> => {
  const {verb, namespace, name} = call.info
  if (verb === 'get')
    return {
      type: 'entry',
      status: 200,
      kind,
      entry: existing(backend, kind, kind.resource.namespaced ? namespace : '', name),
    }
  if (verb === 'update') return update(backend, call, kind, subresource)
  if (verb === 'patch') return patch(backend, call, kind, subresource)
  throw methodNotAllowed()
}
