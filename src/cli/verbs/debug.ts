import {apiVersionOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import {safeName, systemRandom} from '../../lib/random.ts'
import {attachToDebugger, type Started} from '../debug/attach.ts'
import {check, type Debug, namesOf} from '../debug/check.ts'
import {customized, debugContainer} from '../debug/container.ts'
import {customProfile} from '../debug/custom-profile.ts'
import {copyOfPod, podOnNode} from '../debug/pods.ts'
import {gather, type Info} from '../input/select.ts'
import {nameOf, type Obj} from '../objects.ts'
import {containerNames, fetchNamed} from '../pods/resolve.ts'
import {createObject, deleteObject, patchObject} from '../write-object.ts'

const suffix = (): string => safeName(systemRandom, 5)

const say = ({flags: own, io}: Debug, text: string): void => {
  if (!own.quiet) io.out(text)
}

const newContainerName = (invocation: Debug, pod: Obj): string => {
  const asked = invocation.flags.container
  if (asked !== '') return asked
  const taken = containerNames(pod)
  let name = `debugger-${suffix()}`
  while (taken.includes(name)) name = `debugger-${suffix()}`
  say(invocation, `Defaulting debug container name to ${name}.\n`)
  return name
}

const createPod = async ({connect}: Debug, namespace: string, object: Obj): Promise<void> => {
  const {client} = await connect()
  await createObject(client, {resource: pods, namespace, name: nameOf(object)}, object, {fieldManager: 'kubectl-debug'})
}

const debugByEphemeral = async (invocation: Debug, {namespace, name, object}: Info): Promise<Started> => {
  const {target} = invocation.flags
  const container = newContainerName(invocation, object)
  const {resources: _, ...made} = debugContainer(invocation, container, 'pod')
  const added = {
    ...customized(made, customProfile(invocation)),
    ...(target === '' ? {} : {targetContainerName: target}),
  }
  const {client} = await invocation.connect()
  await patchObject(
    client,
    {resource: pods, namespace, name},
    'strategic',
    {spec: {ephemeralContainers: [added]}},
    {subresource: 'ephemeralcontainers', fieldManager: 'kubectl-debug'},
  )
  return {namespace, pod: name, container}
}

const debugByCopy = async (invocation: Debug, {namespace, name, object}: Info): Promise<Started> => {
  const {flags: own, connect} = invocation
  const onlyImages = own.image === '' && own.container === ''
  const container = onlyImages ? '' : newContainerName(invocation, object)
  const copy = copyOfPod(invocation, object, container)
  if (own.replace) await deleteObject((await connect()).client, {resource: pods, namespace, name}, {gracePeriod: 0})
  await createPod(invocation, namespace, copy)
  const [first = ''] = containerNames(object)
  return {namespace, pod: own['copy-to'], container: container === '' ? first : container}
}

const debugNode = async (invocation: Debug, {name, object}: Info): Promise<Started> => {
  const {namespace} = await invocation.connect()
  const pod = `node-debugger-${name}-${suffix()}`
  const container = invocation.flags.container || 'debugger'
  await createPod(invocation, namespace, podOnNode(invocation, object, pod, container))
  say(invocation, `Creating debugging pod ${pod} with container ${container} on node ${name}.\n`)
  return {namespace, pod, container}
}

const debugOne = (invocation: Debug, info: Info): Promise<Started> => {
  const {resource} = info
  if (resource.group === '' && resource.kind === 'Node') return debugNode(invocation, info)
  if (resource.group !== '' || resource.kind !== 'Pod')
    throw new Error(`"${apiVersionOf(resource)}, Kind=${resource.kind}" not supported by debug`)
  return invocation.flags['copy-to'] === '' ? debugByEphemeral(invocation, info) : debugByCopy(invocation, info)
}

const targets = async (invocation: Debug): Promise<readonly Info[]> => {
  const {flags: own, io, connect} = invocation
  if (own.filename.length > 0) {
    const {infos, errors} = await gather({io, connect, args: [], filenames: own.filename, latest: true})
    if (errors.length > 0) throw errors[0]
    return infos
  }
  const infos: Info[] = []
  for (const word of namesOf(invocation)) infos.push(await fetchNamed(connect, word))
  return infos
}

export const debug = async (invocation: Debug): Promise<void> => {
  const {flags: own} = invocation
  check(invocation)
  customProfile(invocation)
  if (own.profile === 'legacy')
    invocation.io.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    )
  if (own.target !== '')
    say(
      invocation,
      `Targeting container ${JSON.stringify(own.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
    )
  for (const info of await targets(invocation)) {
    const started = await debugOne(invocation, info)
    if (invocation.given('attach') ? own.attach : own.stdin) await attachToDebugger(invocation, started)
  }
}
