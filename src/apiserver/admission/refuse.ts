// How a step says no, and the small questions steps ask of a request.
import {ApiError} from '../../api/errors.ts'
import type {KubeObject} from '../../api/object.ts'
import {groupResourceOf} from '../../api/resource.ts'
import type {StatusCause} from '../../api/schema/types.gen.ts'
import type {AdmissionRequest} from './contract.ts'

const nameOf = ({name, object}: AdmissionRequest): string =>
  name || object?.metadata?.name || (object?.metadata?.generateName ?? '')

/** `pods "web" is forbidden: ...` */
export const forbidden = (request: AdmissionRequest, why: string, causes?: readonly StatusCause[]): ApiError => {
  const {resource} = request.kind
  const name = nameOf(request)
  return new ApiError(
    'Forbidden',
    `${groupResourceOf(resource)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`,
    {
      details: {
        ...(name === '' ? {} : {name}),
        ...(resource.group === '' ? {} : {group: resource.group}),
        kind: resource.plural,
        ...(causes ? {causes: [...causes]} : {}),
      },
    },
  )
}

/** `pods`, or `replicasets.apps`: the resource of the request, without its subresource. */
export const resourceOf = ({kind}: AdmissionRequest): string => groupResourceOf(kind.resource)

/** The request is about the object itself, not a part of it. */
export const isWhole = ({subresource}: AdmissionRequest): boolean => subresource === undefined

export const objectOf = <T extends KubeObject>(request: AdmissionRequest): T => (request.object ?? {}) as T
export const oldOf = <T extends KubeObject>(request: AdmissionRequest): T | undefined => request.old as T | undefined
