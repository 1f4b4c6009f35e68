// What a body's name, namespace and version must have to do with the path it was sent to.
import {ApiError} from '../../api/errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {badRequest} from '../errors.ts'

export const settleNamespace = (kind: Kind, object: KubeObject, namespace: string): void => {
  const metadata = (object.metadata ??= {})
  const said = metadata.namespace ?? ''
  if (!kind.resource.namespaced) {
    if (said !== '') delete metadata.namespace
    return
  }
  if (said !== '' && said !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  metadata.namespace = namespace
}

export const checkName = (object: KubeObject, name: string): void => {
  const said = object.metadata?.name ?? ''
  if (said === '')
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (said !== name) throw badRequest(`the name of the object (${said}) does not match the name on the URL (${name})`)
}

export const checkNoVersion = (object: KubeObject): void => {
  if (object.metadata?.resourceVersion)
    throw new ApiError('', 'resourceVersion should not be set on objects to be created', {code: 500})
}
