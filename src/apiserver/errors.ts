// The errors a server of Kubernetes makes itself, word for word.
import {ApiError} from '../api/errors.ts'
import {groupResourceOf, type Resource} from '../api/resource.ts'
import type {StatusDetails} from '../api/schema/types.gen.ts'

type Named = Pick<Resource, 'group' | 'plural'>

const detailsOf = (resource: Named, name: string): StatusDetails => ({
  ...(name === '' ? {} : {name}),
  ...(resource.group === '' ? {} : {group: resource.group}),
  kind: resource.plural,
})

export const badRequest = (message: string): ApiError => new ApiError('BadRequest', message)

export const notFound = (resource: Named, name: string): ApiError =>
  new ApiError('NotFound', `${groupResourceOf(resource)} "${name}" not found`, {details: detailsOf(resource, name)})

export const alreadyExists = (resource: Named, name: string, note = ''): ApiError =>
  new ApiError('AlreadyExists', `${note}${groupResourceOf(resource)} "${name}" already exists`, {
    details: detailsOf(resource, name),
  })

export const conflict = (resource: Named, name: string, why: string): ApiError =>
  new ApiError('Conflict', `Operation cannot be fulfilled on ${groupResourceOf(resource)} "${name}": ${why}`, {
    details: detailsOf(resource, name),
  })

export const modified = (resource: Named, name: string): ApiError =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )

export const noSuchPath = (): ApiError =>
  new ApiError('NotFound', 'the server could not find the requested resource', {details: {}})

export const methodNotAllowed = (): ApiError =>
  new ApiError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {details: {}})

export const internalError = (error: unknown): ApiError => {
  const text = error instanceof Error ? error.message : String(error)
  return new ApiError('InternalError', `Internal error occurred: ${text}`, {
    details: {causes: [{message: text}]},
    cause: error,
  })
}

export const tooLarge = (limitBytes: number): ApiError =>
  new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`)

export const expired = (message: string): ApiError => new ApiError('Expired', message)
