import {set as setDefinition, type setFlags, unset as unsetDefinition} from '../../commands/config/values.ts'
import type {Invocation} from '../../invocation.ts'
import {type Edit, editKubeconfig, type Part} from '../../kubeconfig/edit.ts'
import {showHelp, unexpectedArgs} from './help-on-mistake.ts'

const parts: readonly string[] = ['clusters', 'users', 'contexts']
const isPart = (text: string): text is Part => parts.includes(text)

const fields: Readonly<Record<Part, readonly string[]>> = {
  clusters:
    'server tls-server-name insecure-skip-tls-verify certificate-authority certificate-authority-data proxy-url disable-compression'.split(
      ' ',
    ),
  users:
    'client-certificate client-certificate-data client-key client-key-data token tokenFile as as-uid as-groups as-user-extra username password auth-provider exec'.split(
      ' ',
    ),
  contexts: ['cluster', 'user', 'namespace'],
}
const truthFields = ['insecure-skip-tls-verify', 'disable-compression']
const listFields = ['as-groups']

interface EntryPath {
  readonly part: Part
  readonly name: string
  /** Absent: the whole entry. */
  readonly field: string | undefined
}

/** Names may have dots: the field is the last word when there is one of that name. */
const entryPath = (path: string): EntryPath | undefined => {
  const [part = '', ...rest] = path.split('.')
  if (!isPart(part) || rest.length === 0) return undefined
  const last = rest.at(-1) ?? ''
  if (rest.length > 1 && fields[part].includes(last)) return {part, name: rest.slice(0, -1).join('.'), field: last}
  return {part, name: rest.join('.'), field: undefined}
}

const unreadable = (path: string): Error => new Error(`unable to parse ${path} after [] at api.Config`)

const fieldValue = (field: string, text: string, raw: boolean): unknown => {
  if (field.endsWith('-data')) {
    if (raw) return Buffer.from(text).toString('base64')
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
      throw new Error(`error decoding input value: illegal base64 data at input byte ${text.length}`)
    return text
  }
  if (truthFields.includes(field)) {
    if (!['true', 'false', '1', '0', 't', 'f'].includes(text.toLowerCase()))
      throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`)
    return ['true', '1', 't'].includes(text.toLowerCase())
  }
  return listFields.includes(field) ? text.split(',') : text
}

const setEntry = (edit: Edit, {part, name, field}: EntryPath, value: unknown): void => {
  if (field === undefined) throw new Error("can't set a map to a value: map[]")
  edit.set(part, name, {...edit.find<object>(part, name), [field]: value})
}

export const set = async (invocation: Invocation<typeof setFlags>): Promise<void> => {
  const {flags: own, args, io} = invocation
  const [path = '', value = ''] = args
  if (args.length !== 2) {
    showHelp(invocation as unknown as Invocation, setDefinition)
    throw unexpectedArgs(args)
  }
  const edit = editKubeconfig(invocation)
  const entry = entryPath(path)
  if (path === 'current-context') edit.setCurrentContext(value)
  else if (path === 'preferences.colors') edit.setPreferences({...edit.preferences(), colors: value === 'true'})
  else if (entry) setEntry(edit, entry, entry.field ? fieldValue(entry.field, value, own['set-raw-bytes']) : value)
  else throw unreadable(path)
  edit.save()
  io.out(`Property "${path}" set.\n`)
}

const unsetEntry = (edit: Edit, {part, name, field}: EntryPath): void => {
  const known = edit.find<Record<string, unknown>>(part, name)
  if (field === undefined) edit.remove(part, name)
  else if (known) {
    const {[field]: _, ...rest} = known
    edit.set(part, name, rest)
  } else throw new Error(`current map key \`${name}\` is invalid`)
}

export const unset = async (invocation: Invocation): Promise<void> => {
  const {args, io} = invocation
  const [path = ''] = args
  if (args.length !== 1) {
    showHelp(invocation, unsetDefinition)
    throw unexpectedArgs(args)
  }
  const edit = editKubeconfig(invocation)
  const entry = entryPath(path)
  if (path === 'current-context') edit.setCurrentContext('')
  else if (isPart(path)) for (const name of edit.names(path)) edit.remove(path, name)
  else if (path === 'preferences' || path === 'preferences.colors') edit.setPreferences({})
  else if (entry) unsetEntry(edit, entry)
  else throw unreadable(path)
  edit.save()
  io.out(`Property "${path}" unset.\n`)
}
