import {mkdirSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import type {flags} from '../commands/kustomize.ts'
import type {Invocation} from '../invocation.ts'
import {buildKustomization} from '../kustomize/build.ts'
import {nameOf, textAt} from '../objects.ts'
import {writeYaml} from '../yaml/write.ts'

export const kustomize = async ({flags: own, args, io}: Invocation<typeof flags>): Promise<void> => {
  if (args.length > 1) throw new Error('specify one path to kustomization.yaml')
  const objects = await buildKustomization(args[0] ?? '.', io)
  const texts = objects.map((object) => ({object, text: writeYaml(object)}))
  if (own.output === '') {
    io.out(texts.map(({text}) => text).join('---\n'))
    return
  }
  const target = resolve(io.cwd, own.output)
  if (/\.ya?ml$/.test(target)) {
    writeFileSync(target, texts.map(({text}) => text).join('---\n'))
    return
  }
  mkdirSync(target, {recursive: true})
  for (const {object, text} of texts) {
    const [group = '', version] = textAt(object, 'apiVersion').includes('/')
      ? textAt(object, 'apiVersion').split('/')
      : ['', textAt(object, 'apiVersion')]
    const name = [...(group === '' ? [] : [group]), version, textAt(object, 'kind'), nameOf(object)]
      .join('_')
      .toLowerCase()
    writeFileSync(join(target, `${name}.yaml`), text)
  }
}
