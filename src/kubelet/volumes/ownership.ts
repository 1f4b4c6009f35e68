// A volume that belongs to a pod's group: everything in it, so that whoever is in the group can read and write it.
import {chmodSync, lchownSync, lstatSync, readdirSync} from 'node:fs'
import {join} from 'node:path'

export interface Ownership {
  readonly group: number
  readonly readOnly: boolean
  /** Not looked into when its top is as it should be: large volumes start faster. */
  readonly onRootMismatch: boolean
}

/** Without root every container is this user. */
export const mayGive = process.getuid?.() === 0

const READ_WRITE = 0o660
const READ = 0o440
const ENTER = 0o110
const SET_GROUP = 0o2000

const wantedMode = (mode: number, isFolder: boolean, {readOnly}: Ownership): number =>
  mode | (readOnly ? READ : READ_WRITE) | (isFolder ? ENTER | SET_GROUP : 0)

const isRight = (path: string, ownership: Ownership): boolean => {
  const {gid, mode} = lstatSync(path)
  return gid === ownership.group && (mode & 0o7777) === wantedMode(mode & 0o7777, true, ownership)
}

const give = (path: string, ownership: Ownership): void => {
  const found = lstatSync(path)
  if (mayGive) lchownSync(path, found.uid, ownership.group)
  if (found.isSymbolicLink()) return
  // After the owner: a new owner takes the set-group bit away.
  chmodSync(path, wantedMode(found.mode & 0o7777, found.isDirectory(), ownership))
  if (found.isDirectory()) for (const name of readdirSync(path)) give(join(path, name), ownership)
}

export const giveToGroup = (path: string, ownership: Ownership): void => {
  if (ownership.onRootMismatch && isRight(path, ownership)) return
  give(path, ownership)
}
