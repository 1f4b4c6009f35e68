// The person's editor, on a file of its own.
import {spawnSync} from 'node:child_process'
import {randomInt} from 'node:crypto'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import type {Io} from '../io.ts'

/** KUBE_EDITOR, else EDITOR, else vi. Words are split at blanks; a shell reads what has quotes. */
const editorWords = ({KUBE_EDITOR, EDITOR, SHELL}: Io['env']): readonly string[] => {
  const editor = KUBE_EDITOR || EDITOR || 'vi'
  return /["'\\]/.test(editor) && editor.includes(' ') ? [SHELL || '/bin/bash', '-c', editor] : editor.split(' ')
}

export const launchEditor = (io: Io, path: string): void => {
  const words = editorWords(io.env)
  const [program = '', ...args] = words
  const isShell = args[0] === '-c'
  const {status, error} = spawnSync(program, isShell ? ['-c', `${args[1]} ${JSON.stringify(path)}`] : [...args, path], {
    stdio: 'inherit',
    cwd: io.cwd,
    env: {...io.env},
  })
  const name = JSON.stringify(words.join(' '))
  if (hasCode(error, 'ENOENT')) throw new Error(`unable to launch the editor ${name}`, {cause: error})
  if (error || status !== 0) throw new Error(`there was a problem with the editor ${name}`, {cause: error})
}

export interface EditFile {
  readonly path: string
  read(): string
  remove(): void
}

export const createEditFile = (extension: string, text: string): EditFile => {
  const path = join(tmpdir(), `kubectl-edit-${randomInt(1e9, 4e9)}.${extension}`)
  writeFileSync(path, text, {mode: 0o600})
  return {path, read: () => readFileSync(path, 'utf8'), remove: () => rmSync(path, {force: true})}
}
