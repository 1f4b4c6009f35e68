import {pathOf} from '../../../api/resource.ts'
import {configMaps, secrets} from '../../../api/resources.ts'
import type {flags} from '../../commands/set/env.ts'
import type {Invocation} from '../../invocation.ts'
import {isMap, mapAt, type Obj, textAt} from '../../objects.ts'
import {together} from '../../report-error.ts'
import {getJson} from '../../request.ts'
import {createMapper} from '../../resources/mapper.ts'
import {containersOf, gatherForSet, nameMatches, runSet} from '../../set-verb.ts'
import {Failure} from '../../usage-mistake.ts'

type SetEnv = Invocation<typeof flags>

const nameRule =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"

interface Changes {
  readonly set: Obj[]
  readonly remove: string[]
}

const parse = (specs: readonly string[]): Changes => {
  const set: Obj[] = []
  const remove: string[] = []
  for (const spec of specs) {
    const equals = spec.indexOf('=')
    if (equals > 0) {
      const name = spec.slice(0, equals)
      if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name))
        throw new Error(`${JSON.stringify(name)} is not a valid key name: ${nameRule}`)
      set.push({name, value: spec.slice(equals + 1)})
    } else remove.push(spec.slice(0, -1))
  }
  if (set.some(({name}) => remove.includes(String(name))))
    throw new Error('can not both modify and remove the same environment variable in the same command')
  return {set, remove}
}

const readSource = async ({connect}: SetEnv, from: string): Promise<{kind: 'ConfigMap' | 'Secret'; object: Obj}> => {
  const [type = '', name = ''] = from.split('/')
  const {client, namespace} = await connect()
  const resource = await createMapper(async () => client).byWord(type)
  if (resource.group !== '' || !['Secret', 'ConfigMap'].includes(resource.kind))
    throw new Error(`unsupported resource specified in --from`)
  return {
    kind: resource.kind as 'ConfigMap' | 'Secret',
    object: await getJson<Obj>(client, pathOf(resource, {namespace, name})),
  }
}

const environmentName = (key: string): string => key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase()

const fromSource = async (invocation: SetEnv): Promise<Obj[]> => {
  const {flags: own, io} = invocation
  if (own.from === '') return []
  const {kind, object} = await readSource(invocation, own.from)
  const keys = Object.keys(mapAt(object, 'data'))
    .sort()
    .filter((key) => own.keys.length === 0 || own.keys.includes(key))
  return keys.map((key) => {
    const name = environmentName(key)
    if (name !== key) io.err(`Warning: key ${key} transferred to ${name}\n`)
    const reference = {key, name: textAt(object, 'metadata', 'name')}
    return {
      name: `${own.prefix}${name}`,
      valueFrom: kind === 'Secret' ? {secretKeyRef: reference} : {configMapKeyRef: reference},
    }
  })
}

const resolveValue = async ({connect}: SetEnv, variable: Obj): Promise<string> => {
  const {client, namespace} = await connect()
  for (const [field, resource] of [
    ['configMapKeyRef', configMaps],
    ['secretKeyRef', secrets],
  ] as const) {
    const reference = mapAt(variable, 'valueFrom', field)
    if (!reference.name) continue
    const source = await getJson<Obj>(client, pathOf(resource, {namespace, name: String(reference.name)}))
    const value = textAt(source, 'data', String(reference.key))
    return field === 'secretKeyRef' ? Buffer.from(value, 'base64').toString('utf8') : value
  }
  return ''
}

const listed = async (invocation: SetEnv, variable: Obj): Promise<string> => {
  const name = textAt(variable, 'name')
  if (!isMap(variable.valueFrom)) return `${name}=${textAt(variable, 'value')}`
  if (invocation.flags.resolve) return `${name}=${await resolveValue(invocation, variable)}`
  const {configMapKeyRef, secretKeyRef, fieldRef} = variable.valueFrom as Record<string, Obj | undefined>
  if (configMapKeyRef) return `# ${name} from configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`
  if (secretKeyRef) return `# ${name} from secret ${secretKeyRef.name}, key ${secretKeyRef.key}`
  return `# ${name} from field path ${fieldRef?.fieldPath ?? ''}`
}

const listAll = async (invocation: SetEnv, resources: readonly string[]): Promise<void> => {
  const {infos, errors} = await gatherForSet({invocation, resources})
  if (errors.length > 0) throw together(errors)
  for (const {object, resource, name} of infos)
    for (const container of containersOf(object, 'initContainers', 'containers')) {
      if (!nameMatches(invocation.flags.containers, String(container.name))) continue
      invocation.io.out(`# ${resource.kind} ${name}, container ${String(container.name)}\n`)
      for (const variable of Array.isArray(container.env) ? (container.env as Obj[]) : [])
        invocation.io.out(`${await listed(invocation, variable)}\n`)
    }
}

const changeContainer = (container: Obj, {set, remove}: Changes, overwrite: boolean, where: string): void => {
  const env = Array.isArray(container.env) ? [...(container.env as Obj[])] : []
  for (const variable of set) {
    const index = env.findIndex(({name}) => name === variable.name)
    const known = env[index]
    if (known && !overwrite && known.value !== variable.value)
      throw new Error(
        `${where} '${String(variable.name)}' already has a value (${textAt(known, 'value')}), and --overwrite is false`,
      )
    if (index >= 0) env[index] = variable
    else env.push(variable)
  }
  const kept = env.filter(({name}) => !remove.includes(String(name)))
  if (kept.length > 0) container.env = kept
  else delete container.env
}

export const setEnv = async (invocation: SetEnv): Promise<void> => {
  const {flags: own, args, io} = invocation
  const isChange = (arg: string): boolean => arg.indexOf('=') > 0 || (arg.endsWith('-') && arg !== '-')
  const changesAt = args.findIndex((arg) => isChange(arg) || arg === '-')
  const resources = changesAt < 0 ? args : args.slice(0, changesAt)
  const specs = changesAt < 0 ? [] : args.slice(changesAt).filter((arg) => arg !== '-')
  if (args.includes('-'))
    specs.push(
      ...io
        .readStdin()
        .toString('utf8')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#')),
    )
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  if (resources.length === 0 && !hasFiles)
    throw new Failure('error: one or more resources must be specified as <resource> <name> or <resource>/<name>')
  if (own.list) return listAll(invocation, resources)
  const parsed = parse([...specs, ...own.env])
  const changes = {set: [...parsed.set, ...(await fromSource(invocation))], remove: parsed.remove}
  await runSet({
    invocation,
    resources,
    operation: 'env updated',
    failure: 'failed to patch env update to pod template: ',
    change(object, {resource, name}) {
      const containers = containersOf(object, 'initContainers', 'containers').filter((container) =>
        nameMatches(own.containers, String(container.name)),
      )
      if (containers.length === 0)
        io.err(
          `Warning: ${resource.kind}/${name} does not have any containers matching ${JSON.stringify(own.containers)}\n`,
        )
      for (const container of containers)
        changeContainer(container, changes, own.overwrite, `${resource.plural}/${name}`)
    },
  })
}
