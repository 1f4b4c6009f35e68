// `--custom`: a file with a part of a container, laid over what the profile makes of it.
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {isMap, type Obj} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import type {Debug} from './check.ts'

const fixed = ['name', 'command', 'image', 'lifecycle', 'volumeDevices']

const contentOf = (file: string, cwd: string): string => {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new Error(
      `must pass a container spec json file for custom profile: open ${file}: no such file or directory`,
      {cause: error},
    )
  }
}

const parsed = (text: string, file: string): Obj => {
  try {
    const value = readYaml(text)
    if (isMap(value)) return value
    throw new Error(
      `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type v1.Container`,
    )
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${file} does not contain a valid container spec: ${why}`, {cause: error})
  }
}

export const customProfile = ({flags: own, io}: Debug): Obj | undefined => {
  if (own.custom === '') return undefined
  const container = parsed(contentOf(own.custom, io.cwd), own.custom)
  if (fixed.some((field) => field in container))
    throw new Error('name, command, image, lifecycle and volume devices are not modifiable via custom profile')
  return container
}
