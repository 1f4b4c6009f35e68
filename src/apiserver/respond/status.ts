// Outcomes that are no object.
import {ApiError, statusOf} from '../../api/errors.ts'
import type {Resource} from '../../api/resource.ts'
import type {Status} from '../../api/schema/types.gen.ts'
import {internalError} from '../errors.ts'
import type {Answer} from './answer.ts'

export const successOf = (resource: Resource, name: string, uid: string): Answer => ({
  type: 'status',
  code: 200,
  status: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      ...(name === '' ? {} : {name}),
      ...(resource.group === '' ? {} : {group: resource.group}),
      kind: resource.plural,
      ...(uid === '' ? {} : {uid}),
    },
  },
})

export const created: Answer = {
  type: 'status',
  code: 201,
  status: {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201},
}

export const failureOf = (error: unknown): Status => statusOf(asApiError(error))

export const asApiError = (error: unknown): ApiError => (error instanceof ApiError ? error : internalError(error))

export const textResponse = (status: number, text: string, type = 'text/plain; charset=utf-8'): Answer => ({
  type: 'raw',
  response: {
    status,
    headers: {'content-type': type, 'x-content-type-options': 'nosniff'},
    body: Buffer.from(text),
  },
})

export const jsonResponse = (status: number, object: unknown): Answer => ({
  type: 'raw',
  response: {
    status,
    headers: {'content-type': 'application/json'},
    body: Buffer.from(`${JSON.stringify(object)}\n`),
    object,
  },
})
