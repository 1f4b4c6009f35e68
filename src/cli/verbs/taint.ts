import {qualifiedName} from '../../api/meta/names.ts'
import {mergeDifference} from '../apply/three-way.ts'
import type {flags} from '../commands/taint.ts'
import {dryRunOf} from '../dry-run.ts'
import {gather} from '../input/select.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {copyOf, listAt, type Obj} from '../objects.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {patchObject} from '../write-object.ts'

interface Taint {
  readonly key: string
  readonly value: string
  readonly effect: string
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

const isSpec = (arg: string): boolean => arg.includes(':') || arg.includes('=') || arg.endsWith('-')

const parseTaint = (spec: string): Taint => {
  const parts = spec.split(':')
  const [left = '', effect = ''] = parts
  if (parts.length > 2) throw new Error(`invalid taint spec: ${spec}`)
  // Without an effect all of it is the key.
  const pair = parts.length > 1 ? left.split('=') : [left]
  const [key = '', value = ''] = pair
  if (pair.length > 2) throw new Error(`invalid taint spec: ${spec}`)
  const problems = qualifiedName(key)
  if (problems.length > 0) throw new Error(`invalid taint spec: ${spec}, ${problems.join('; ')}`)
  if (effect !== '' && !effects.includes(effect))
    throw new Error(`invalid taint effect: ${effect}, unsupported taint effect`)
  return {key, value, effect}
}

const parse = (specs: readonly string[]): {add: Taint[]; remove: Taint[]} => {
  const add: Taint[] = []
  const remove: Taint[] = []
  for (const spec of specs)
    if (spec.endsWith('-')) remove.push(parseTaint(spec.slice(0, -1)))
    else {
      const taint = parseTaint(spec)
      if (taint.effect === '') throw new Error(`invalid taint spec: ${spec}`)
      const double = add.find((one) => one.key === taint.key && one.effect === taint.effect)
      if (double)
        throw new Error(
          `duplicated taints with the same key and effect: {${taint.key} ${taint.value} ${taint.effect} <nil>}`,
        )
      add.push(taint)
    }
  return {add, remove}
}

const same = (one: {key?: unknown; effect?: unknown}, other: Taint): boolean =>
  one.key === other.key && (other.effect === '' || one.effect === other.effect)

const operationOf = (before: readonly Obj[], add: readonly Taint[], remove: readonly Taint[]): string => {
  const replaced = add.some((taint) => before.some((known) => same(known, taint)))
  if (add.length > 0 && remove.length > 0) return 'modified'
  if (replaced) return 'modified'
  return add.length > 0 ? 'tainted' : 'untainted'
}

export const taint = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  const [type, ...rest] = args
  const firstSpec = rest.findIndex(isSpec)
  const names = firstSpec < 0 ? rest : rest.slice(0, firstSpec)
  const specs = firstSpec < 0 ? [] : rest.slice(firstSpec)
  if (type === undefined) throw new Error('one or more resources must be specified as <resource> <name>')
  if (!['node', 'nodes', 'no'].includes(type.toLowerCase()))
    throw new Error(`invalid resource type ${type}, only node types are supported`)
  if (specs.length === 0) throw new Error('at least one taint update is required')
  let changes: ReturnType<typeof parse>
  try {
    changes = parse(specs)
  } catch (error) {
    throw usageMistake(invocation, error instanceof Error ? error.message : String(error))
  }
  const {add, remove} = changes
  const both = remove.filter((one) => add.some((other) => same(other, one)))
  if (both.length > 0)
    throw new Error(
      `can not both modify and remove the following taint(s) in the same command: ${both.map(({key, effect}) => `${key}=${effect}`).join(', ')}`,
    )
  if (own.all && own.selector !== '') throw new Error("setting 'all' parameter with a non empty selector is prohibited")
  const {infos, errors} = await gather({io, connect, args: [type, ...names], selector: own.selector, all: own.all})
  if (errors.length > 0) throw together(errors)
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const failed: unknown[] = []
  for (const info of infos)
    try {
      const before = listAt(info.object, 'spec', 'taints')
      if (!own.overwrite && add.some((one) => before.some((known) => same(known, one))))
        throw new Error(
          `node ${info.name} already has ${add.map(({key}) => key).join(',')} taint(s) with same effect(s) and --overwrite is false`,
        )
      for (const one of remove)
        if (!before.some((known) => same(known, one)))
          throw new Error(`taint ${JSON.stringify(one.effect === '' ? one.key : `${one.key}:${one.effect}`)} not found`)
      const kept = before.filter((known) => ![...add, ...remove].some((one) => same(known, one)))
      const taints = [...add.map(({key, value, effect}) => ({effect, key, ...(value === '' ? {} : {value})})), ...kept]
      const wanted = copyOf(info.object)
      ;(wanted.spec as Obj).taints = taints
      const {client} = await connect()
      const object =
        dryRun === 'client'
          ? wanted
          : await patchObject(client, info, 'merge', mergeDifference(info.object, wanted), {
              dryRun,
              fieldManager: own['field-manager'],
            })
      io.out(print(object, operationOf(before, add, remove)))
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
}
