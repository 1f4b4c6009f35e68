// The debugging container, and what its profile allows it.
import type {Obj} from '../objects.ts'
import {commandOf, type Debug} from './check.ts'

const capabilities = (...add: readonly string[]): Obj => ({capabilities: {add}})

const pods: Readonly<Record<string, Obj>> = {
  general: capabilities('SYS_PTRACE'),
  netadmin: capabilities('NET_ADMIN', 'NET_RAW'),
  sysadmin: {privileged: true},
  restricted: {
    allowPrivilegeEscalation: false,
    capabilities: {drop: ['ALL']},
    runAsNonRoot: true,
    seccompProfile: {type: 'RuntimeDefault'},
  },
}

/** On a node, the general profile asks for nothing: the node's namespaces are enough. */
const nodes: Readonly<Record<string, Obj>> = {
  netadmin: capabilities('NET_ADMIN', 'NET_RAW'),
  sysadmin: {privileged: true},
  ...(pods.restricted ? {restricted: pods.restricted} : {}),
}

const envOf = (list: readonly string[]): Obj[] =>
  list.map((text) => {
    const equals = text.indexOf('=')
    if (equals < 1) throw new Error(`invalid env: ${text}`)
    return {name: text.slice(0, equals), value: text.slice(equals + 1)}
  })

/** What the command line says of a container; a field it does not say is absent. */
export const asked = (invocation: Debug): Obj => {
  const {flags: own} = invocation
  const command = commandOf(invocation)
  return {
    ...(own.env.length > 0 ? {env: envOf(own.env)} : {}),
    ...(own.image === '' ? {} : {image: own.image}),
    ...(own['image-pull-policy'] === '' ? {} : {imagePullPolicy: own['image-pull-policy']}),
    ...(own.stdin ? {stdin: true} : {}),
    ...(own.tty ? {tty: true} : {}),
    ...(command.length === 0 ? {} : own['arguments-only'] ? {args: command} : {command}),
  }
}

export const debugContainer = (invocation: Debug, name: string, place: 'pod' | 'node'): Obj => {
  const securityContext = (place === 'pod' ? pods : nodes)[invocation.flags.profile]
  return {
    name,
    ...asked(invocation),
    resources: {},
    terminationMessagePolicy: 'File',
    ...(securityContext ? {securityContext} : {}),
  }
}
