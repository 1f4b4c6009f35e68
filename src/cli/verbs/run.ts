import {mergePatch} from '../../api/patch/merge-patch.ts'
import {pods, services} from '../../api/resources.ts'
import type {flags} from '../commands/run.ts'
import {dryRunOf} from '../dry-run.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {applyJsonPatch} from '../json-patch.ts'
import type {Obj} from '../objects.ts'
import {imagePattern} from '../pods/image-name.ts'
import {readYaml} from '../yaml/read.ts'
import {createGenerated} from './create/generate.ts'
import {pairs} from './expose.ts'

type Run = Invocation<typeof flags>

const envOf = (list: readonly string[]): Obj[] =>
  list.map((text) => {
    const equals = text.indexOf('=')
    if (equals < 1) throw new Error(`invalid env: ${text}`)
    return {name: text.slice(0, equals), value: text.slice(equals + 1)}
  })

const check = (invocation: Run): void => {
  const {flags: own, args} = invocation
  if (args.length === 0 || invocation.argsBeforeDash === 0) throw usageMistake(invocation, 'NAME is required for run')
  if (own.expose && own.port === '') throw usageMistake(invocation, '--port must be set when exposing a service')
  if (own.image === '') throw new Error('--image is required')
  if (!imagePattern.test(own.image))
    throw new Error(`Invalid image name ${JSON.stringify(own.image)}: invalid reference format`)
  if (own.tty && !own.stdin) throw usageMistake(invocation, '-i/--stdin is required for containers with -t/--tty=true')
  if (!['Always', 'OnFailure', 'Never'].includes(own.restart))
    throw usageMistake(invocation, `invalid restart policy: ${own.restart}`)
  const pull = own['image-pull-policy']
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull))
    throw usageMistake(invocation, `invalid image pull policy: ${pull}`)
  if (own.port !== '' && !/^[+-]?\d+$/.test(own.port))
    throw new Error(`strconv.Atoi: parsing ${JSON.stringify(own.port)}: invalid syntax`)
  if (own.overrides !== '' && !['json', 'merge', 'strategic'].includes(own['override-type']))
    throw new Error(`invalid override type: ${own['override-type']}`)
  const attaches = own.attach || own.stdin || own.tty
  if (own.rm && !attaches) throw usageMistake(invocation, '--rm should only be used for attached containers')
  if (attaches && dryRunOf(own['dry-run']) !== 'none')
    throw usageMistake(
      invocation,
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    )
}

const podOf = ({flags: own, args}: Run, name: string): Obj => {
  const command = args.slice(1)
  const labels = own.labels === '' ? {run: name} : pairs(own.labels)
  const env = envOf(own.env)
  const container = {
    ...(command.length === 0 ? {} : own.command ? {command} : {args: command}),
    ...(env.length > 0 ? {env} : {}),
    image: own.image,
    ...(own['image-pull-policy'] === '' ? {} : {imagePullPolicy: own['image-pull-policy']}),
    name,
    ...(own.port === '' ? {} : {ports: [{containerPort: Number(own.port)}]}),
    resources: {},
    ...(own.privileged ? {securityContext: {privileged: true}} : {}),
    ...(own.stdin ? {stdin: true, stdinOnce: !own['leave-stdin-open']} : {}),
    ...(own.tty ? {tty: true} : {}),
  }
  const annotations = own.annotations.length === 0 ? {} : {annotations: pairs(own.annotations.join(','))}
  return {
    metadata: {...annotations, labels, name},
    spec: {containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy: own.restart},
    status: {},
  }
}

const overridden = ({flags: own}: Run, pod: Obj): Obj => {
  if (own.overrides === '') return pod
  const override = readYaml(own.overrides)
  if (override === null || typeof override !== 'object') throw new Error('Invalid JSON Patch')
  if (own['override-type'] === 'json') return applyJsonPatch(pod, override) as Obj
  return mergePatch(pod, override) as Obj
}

export const run = async (invocation: Run): Promise<void> => {
  const {flags: own} = invocation
  check(invocation)
  const name = invocation.args[0] ?? ''
  // Nothing is saved of what is not created.
  const save = own['save-config'] && dryRunOf(own['dry-run']) !== 'client'
  const creating = {...invocation, flags: {...own, 'save-config': save, validate: 'strict'}}
  if (own.expose)
    await createGenerated(creating, {
      resource: services,
      object: {
        metadata: {name},
        spec: {
          ports: [{port: Number(own.port), protocol: 'TCP', targetPort: Number(own.port)}],
          selector: own.labels === '' ? {run: name} : pairs(own.labels),
        },
        status: {loadBalancer: {}},
      },
    })
  if (own.expose && own.output === 'yaml') invocation.io.out('---\n---\n')
  const attaches = own.attach || own.stdin || own.tty
  await createGenerated(attaches ? {...creating, io: {...invocation.io, out: () => undefined}} : creating, {
    resource: pods,
    object: overridden(invocation, podOf(invocation, name)),
  })
  if (!attaches) return
  const {attachAfterRun} = await import('../run-attached.ts')
  await attachAfterRun(invocation, name)
}
