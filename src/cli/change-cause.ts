// --record: the command itself, as an annotation of what it changed; `rollout history` shows it.

import type {DryRun} from './dry-run.ts'
import type {Info} from './input/select.ts'
import type {Invocation} from './invocation.ts'
import {copyOf, ensureMap, type Obj} from './objects.ts'
import {patchObject} from './write-object.ts'

const KEY = 'kubernetes.io/change-cause'

type Recording = Pick<Invocation, 'words' | 'args' | 'givenFlags' | 'globals'> & {readonly flags: object}

const commandLine = ({words, args, givenFlags, flags, globals}: Recording): string => {
  const all = {...globals, ...flags} as Readonly<Record<string, unknown>>
  const values = givenFlags.flatMap((name) => [all[name]].flat().map((value) => `--${name}=${String(value)}`))
  return ['kubectl', ...words, ...args, ...values].join(' ')
}

/** Writes into the object it is given, where that was asked for. */
export const recordCause = (object: Obj, invocation: Recording): void => {
  if ((invocation.flags as {record?: boolean}).record)
    ensureMap(object, 'metadata', 'annotations')[KEY] = commandLine(invocation)
}

export const withCause = (object: Obj, invocation: Recording): Obj => {
  if (!(invocation.flags as {record?: boolean}).record) return object
  const copy = copyOf(object)
  recordCause(copy, invocation)
  return copy
}

/** With a write of its own, for commands that change a part of the object only. */
export const saveCause = async (
  invocation: Recording & Pick<Invocation, 'connect'>,
  info: Info,
  dryRun: DryRun,
): Promise<void> => {
  const patch: Obj = {}
  recordCause(patch, invocation)
  if (Object.keys(patch).length === 0) return
  const {client} = await invocation.connect()
  await patchObject(client, info, 'merge', patch, {dryRun})
}
