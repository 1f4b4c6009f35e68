// The person's editor, on a file of its own.
import {spawnSync} from 'node:child_process'
import {randomInt} from 'node:crypto'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Io} from '../io.ts'

export interface EditFile {
  readonly path: string
  read(): string
  write(text: string): void
  remove(): void
}

/** KUBE_EDITOR, else EDITOR, else vi; shell words and all. */
const editorOf = ({KUBE_EDITOR, EDITOR}: Io['env']): string => KUBE_EDITOR || EDITOR || 'vi'

export const launchEditor = (io: Io, path: string): void => {
  const editor = editorOf(io.env)
  const {status, error} = spawnSync('/bin/sh', ['-c', `${editor} ${JSON.stringify(path)}`], {
    stdio: 'inherit',
    cwd: io.cwd,
    env: {...io.env},
  })
  if (error || status === 127) throw new Error(`unable to launch the editor ${JSON.stringify(editor)}`, {cause: error})
  if (status !== 0) throw new Error(`there was a problem with the editor ${JSON.stringify(editor)}`)
}

export const createEditFile = (extension: 'yaml' | 'json'): EditFile => {
  const path = join(tmpdir(), `kubectl-edit-${randomInt(1e9, 4e9)}.${extension}`)
  return {
    path,
    read: () => readFileSync(path, 'utf8'),
    write: (text) => writeFileSync(path, text, {mode: 0o600}),
    remove: () => rmSync(path, {force: true}),
  }
}
