import {statSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import type {flags} from '../commands/kustomize.ts'
import type {Invocation} from '../invocation.ts'
import {buildKustomization} from '../kustomize/build.ts'
import {nameOf, type Obj} from '../objects.ts'
import {writeYaml} from '../yaml/write.ts'

const isFolder = (path: string): boolean => statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false

const fileOf = (object: Obj): string =>
  `${String(object.apiVersion).replace('/', '_')}_${String(object.kind)}_${nameOf(object)}.yaml`.toLowerCase()

export const kustomizeVerb = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io} = invocation
  if (args.length > 1) throw new Error('specify one path to kustomization.yaml')
  const restrictor = own['load-restrictor']
  if (!['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'].includes(restrictor))
    throw new Error(
      `illegal flag value --load-restrictor ${restrictor}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`,
    )
  const objects = await buildKustomization(args[0] ?? '.', io, {anywhere: restrictor === 'LoadRestrictionsNone'})
  const target = own.output === '' ? '' : resolve(io.cwd, own.output)
  if (target !== '' && isFolder(target))
    for (const object of objects) writeFileSync(join(target, fileOf(object)), writeYaml(object))
  else {
    const text = objects.map((object) => writeYaml(object)).join('---\n')
    if (target === '') io.out(text)
    else writeFileSync(target, text)
  }
}
