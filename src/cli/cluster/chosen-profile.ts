// `mini profile use NAME` remembers the name in a file beside the profiles.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {miniHome, type ProfileEnvironment} from '../../client/profile.ts'

const fileIn = (env: ProfileEnvironment): string => join(miniHome(env), 'profile')

export const chosenProfile = (env: ProfileEnvironment): string | undefined => {
  try {
    return readFileSync(fileIn(env), 'utf8').trim() || undefined
  } catch {
    // Nobody chose yet, or the folder cannot be read: the default profile then.
    return undefined
  }
}

export const chooseProfile = (env: ProfileEnvironment, name: string): void => {
  mkdirSync(miniHome(env), {recursive: true, mode: 0o700})
  writeFileSync(fileIn(env), `${name}\n`)
}
