// /mini/history?path=/api/v1/...: the kept versions of one object, newest first. For administrators: it is no part of
// Kubernetes.
import {ApiError} from '../../api/errors.ts'
import {masters} from '../auth/authorizer.ts'
import type {Backend} from '../backend.ts'
import type {Route} from '../contract.ts'
import {badRequest, noSuchPath} from '../errors.ts'
import {keyFor} from '../registry/commit.ts'
import {requestInfo} from '../request/info.ts'

const path = '/mini/history'

const keyOf = (backend: Backend, objectPath: string): string => {
  const {group, version, plural, namespace, name, isResource} = requestInfo('GET', objectPath)
  const kind = isResource ? backend.kinds.get(group, version, plural) : undefined
  if (!kind || name === '') throw noSuchPath()
  return keyFor(kind, namespace, name)
}

const versionsOf = (backend: Backend, key: string): unknown[] =>
  backend.store.history(key).map((event) => ({
    type: event.type === 'delete' ? 'DELETED' : event.createRevision === event.revision ? 'ADDED' : 'MODIFIED',
    resourceVersion: String(event.revision),
    ...(event.value.length > 0 ? {object: backend.objects.stored(event)} : {}),
  }))

export const historyRoute = (backend: Backend): Route => ({
  name: 'history',
  matches: (asked) => asked === path,
  async handle(request, user) {
    if (!user.groups.includes(masters))
      throw new ApiError('Forbidden', 'forbidden: only administrators read the history')
    const query = new URLSearchParams(request.url.split('?')[1] ?? '')
    const objectPath = query.get('path') ?? ''
    if (objectPath === '') throw badRequest('say which object: ?path=/api/v1/namespaces/default/pods/web')
    const body = Buffer.from(`${JSON.stringify({items: versionsOf(backend, keyOf(backend, objectPath))})}\n`)
    return {status: 200, headers: {'content-type': 'application/json'}, body}
  },
})
