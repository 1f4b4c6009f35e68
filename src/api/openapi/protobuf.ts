// Version 2 of the OpenAPI document in protobuf, as much of it as clients still ask for: for each kind its PATCH
// operation with its query parameters, where kubectl looks whether the server validates fields. All else is in JSON.
import type {Kind} from '../kind.ts'
import {pathsOfKind} from './operations.ts'

type Json = Record<string, unknown>

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])

/** A field of length-delimited kind: text or a message. */
const field = (number: number, value: string | Buffer): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes])
}

const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields)

// Field numbers of the published description of version 2 (openapi.v2.Document and what is in it).
const named = (name: string, value: Buffer): Buffer => message(field(1, name), field(2, value))

const queryParameter = ({name, description, type}: Json): Buffer => {
  const parameter = message(
    field(2, 'query'),
    field(3, String(description)),
    field(4, String(name)),
    field(6, String(type)),
  )
  return field(1, field(2, field(3, parameter)))
}

const operation = (of: Json): Buffer => {
  const parameters = (of.parameters as Json[]).filter((parameter) => parameter.in === 'query')
  const gvk = JSON.stringify(of['x-kubernetes-group-version-kind'])
  return message(
    field(3, String(of.description)),
    field(5, String(of.operationId)),
    ...parameters.map((parameter) => field(8, queryParameter(parameter))),
    field(13, named('x-kubernetes-group-version-kind', field(2, `${gvk}\n`))),
  )
}

export const openApiV2Protobuf = (kinds: readonly Kind[], version: string): Buffer => {
  const paths = kinds.flatMap((kind) => {
    const items = Object.entries(pathsOfKind(kind, {dialect: 2, definitionNameOf: () => undefined}))
    return items.flatMap(([path, {patch}]) =>
      patch ? [field(2, named(path, field(8, operation(patch as Json))))] : [],
    )
  })
  const info = message(field(1, 'Kubernetes'), field(2, version))
  return message(field(1, '2.0'), field(2, info), field(8, message(...paths)))
}
