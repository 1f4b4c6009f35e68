// The debugging container, and what its profile allows it.

import {strategicMergePatch} from '../../api/patch/strategic-merge.ts'
import {definitionOf} from '../../api/schema/definitions.ts'
import {mapAt, type Obj} from '../objects.ts'
import {commandOf, type Debug} from './check.ts'

type Rights = (now: Obj) => Obj

const allow =
  (...add: readonly string[]): Rights =>
  (now) => {
    const has = (mapAt(now, 'capabilities').add ?? []) as string[]
    const capabilities = {...mapAt(now, 'capabilities'), add: [...has, ...add.filter((one) => !has.includes(one))]}
    return {...now, capabilities}
  }
const cleared: Rights = () => ({})
const privileged: Rights = (now) => ({...now, privileged: true})
const restricted: Rights = () => ({
  allowPrivilegeEscalation: false,
  capabilities: {drop: ['ALL']},
  runAsNonRoot: true,
  seccompProfile: {type: 'RuntimeDefault'},
})

const inPods: Readonly<Record<string, Rights>> = {
  general: allow('SYS_PTRACE'),
  baseline: cleared,
  netadmin: allow('NET_ADMIN', 'NET_RAW'),
  sysadmin: privileged,
  restricted,
}

/** On a node, the general profile asks for nothing: the node's namespaces are enough. */
const onNodes: Readonly<Record<string, Rights>> = {...inPods, general: cleared}

const envOf = (list: readonly string[]): Obj[] =>
  list.map((text) => {
    const equals = text.indexOf('=')
    return {name: text.slice(0, equals), value: text.slice(equals + 1)}
  })

/** What the command line says of a container; a field it does not say is absent. */
const asked = (invocation: Debug): Obj => {
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

const withRights = (container: Obj, rights: Rights | undefined): Obj => {
  if (!rights) return container
  const {securityContext: _, ...rest} = container
  const securityContext = rights(mapAt(container, 'securityContext'))
  return Object.keys(securityContext).length === 0 ? rest : {...rest, securityContext}
}

const containerSchema = definitionOf({group: '', version: 'v1', kind: 'Pod'})?.properties?.spec?.properties?.containers
  ?.items

/** `--custom` has the last word. */
export const customized = (container: Obj, custom: Obj | undefined): Obj =>
  custom && containerSchema ? (strategicMergePatch(container, custom, containerSchema) as Obj) : container

/** A container of the pod that becomes the debugging one. */
export const changedContainer = (invocation: Debug, container: Obj): Obj => {
  const {args: _, ...rest} = container
  return withRights({...rest, ...asked(invocation)}, inPods[invocation.flags.profile])
}

export const debugContainer = (invocation: Debug, name: string, place: 'pod' | 'node'): Obj =>
  withRights(
    {name, ...asked(invocation), resources: {}, terminationMessagePolicy: 'File'},
    (place === 'pod' ? inPods : onNodes)[invocation.flags.profile],
  )
