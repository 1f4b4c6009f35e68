import type {flags} from '../../commands/kuberc/set.ts'
import type {Invocation} from '../../invocation.ts'
import {emptyKuberc, kubercFile, readKuberc, writeKuberc} from '../../kuberc-file.ts'
import {listAt, type Obj} from '../../objects.ts'

type Set = Invocation<typeof flags>

const optionsOf = ({flags: own}: Set): Obj[] =>
  own.option.map((text) => {
    const equals = text.indexOf('=')
    if (equals < 1) throw new Error(`invalid option format ${JSON.stringify(text)}, expected flag=value`)
    return {name: text.slice(0, equals), default: text.slice(equals + 1)}
  })

const entryOf = (invocation: Set): Obj => {
  const {command, name, prependarg, appendarg} = invocation.flags
  const options = optionsOf(invocation)
  return {
    ...(name === '' ? {} : {name}),
    command,
    ...(prependarg.length > 0 ? {prependArgs: prependarg} : {}),
    ...(appendarg.length > 0 ? {appendArgs: appendarg} : {}),
    ...(options.length > 0 ? {options} : {}),
  }
}

const check = ({flags: own}: Set): void => {
  if (own.section !== 'defaults' && own.section !== 'aliases')
    throw new Error(`invalid section ${JSON.stringify(own.section)}: must be 'defaults' or 'aliases'`)
  if (own.section === 'aliases' && own.name === '') throw new Error('--name is required when --section=aliases')
  if (own.section === 'defaults' && (own.name !== '' || own.prependarg.length + own.appendarg.length > 0))
    throw new Error('--name, --prependarg and --appendarg are only valid for --section=aliases')
}

export const kubercSet = async (invocation: Set): Promise<void> => {
  const {flags: own, io} = invocation
  check(invocation)
  const file = kubercFile(invocation)
  const preferences = readKuberc(file) ?? emptyKuberc()
  const entries = listAt(preferences, own.section)
  const key = own.section === 'aliases' ? 'name' : 'command'
  const at = entries.findIndex((entry) => entry[key] === own[key])
  if (at >= 0 && !own.overwrite)
    throw new Error(`${own.section} for ${JSON.stringify(own[key])} already exists, use --overwrite to replace`)
  const entry = entryOf(invocation)
  writeKuberc(file, {...preferences, [own.section]: at < 0 ? [...entries, entry] : entries.with(at, entry)})
  io.out(`Updated ${file}\n`)
}
