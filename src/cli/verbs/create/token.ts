import {ApiError} from '../../../api/errors.ts'
import {pathOf} from '../../../api/resource.ts'
import {serviceAccounts} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/token.ts'
import type {Invocation} from '../../invocation.ts'
import {type Obj, textAt} from '../../objects.ts'
import {createPrinter, hasFormat} from '../../output/printer.ts'
import {getJson} from '../../request.ts'
import {failedTo, oneName} from './generate.ts'

const boundKinds: Readonly<Record<string, string>> = {Pod: 'v1', Secret: 'v1', Node: 'v1'}

const boundTo = (own: Invocation<typeof flags>['flags']): Obj => {
  const kind = own['bound-object-kind']
  const name = own['bound-object-name']
  const uid = own['bound-object-uid']
  if (kind === '') {
    if (name !== '') throw new Error('--bound-object-name can only be set if --bound-object-kind is provided')
    if (uid !== '') throw new Error('--bound-object-uid can only be set if --bound-object-kind is provided')
    return {}
  }
  if (!boundKinds[kind])
    throw new Error(`supported --bound-object-kind values are ${Object.keys(boundKinds).toSorted().join(', ')}`)
  if (name === '') throw new Error('--bound-object-name is required if --bound-object-kind is provided')
  return {boundObjectRef: {apiVersion: boundKinds[kind], kind, name, ...(uid === '' ? {} : {uid})}}
}

export const createToken = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io} = invocation
  const name = oneName(invocation)
  if (own.duration < 0) throw new Error('--duration must be greater than or equal to 0')
  if (own.duration % 1000 !== 0) throw new Error('--duration cannot be expressed in units less than seconds')
  for (const audience of own.audience) if (audience === '') throw new Error('--audience must not be an empty string')
  const {client, namespace} = await invocation.connect()
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: {
      audiences: own.audience.length > 0 ? [...own.audience] : null,
      expirationSeconds: own.duration === 0 ? null : own.duration / 1000,
      ...boundTo(own),
    },
    status: {token: '', expirationTimestamp: null},
  }
  let answer: Obj
  try {
    answer = await getJson<Obj>(client, pathOf(serviceAccounts, {namespace, name, subresource: 'token'}), {
      method: 'POST',
      body: request,
    })
  } catch (error) {
    if (error instanceof ApiError) throw failedTo(error, 'failed to create token: ')
    throw error
  }
  if (!hasFormat(own)) {
    const token = textAt(answer, 'status', 'token')
    if (token === '') throw new Error('failed to create token: no token in server response')
    io.out(`${token}\n`)
    return
  }
  const print = await createPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  io.out(print(answer))
}
