import {namespaces} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/namespace.ts'
import type {Invocation} from '../../invocation.ts'
import {createGenerated, oneName} from './generate.ts'

export const createNamespace = (invocation: Invocation<typeof flags>): Promise<void> =>
  createGenerated(invocation, {
    resource: namespaces,
    object: {metadata: {name: oneName(invocation)}, spec: {}, status: {}},
  })
