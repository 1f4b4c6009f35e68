// One object in the editor, until it is saved, unchanged or given up.
import type {Io} from '../io.ts'
import type {Obj} from '../objects.ts'
import {indentedJson} from '../output/json.ts'
import {readYaml} from '../yaml/read.ts'
import {writeYaml} from '../yaml/write.ts'
import {createEditFile, launchEditor} from './editor.ts'

const heading = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`

export interface EditOptions {
  readonly io: Io
  readonly format: 'yaml' | 'json'
  /** Sends the edited object; what it throws is shown in the file, which is opened again. */
  readonly save: (edited: Obj) => Promise<string>
  /** Complaints that end the edit at once. */
  readonly fatal: (error: unknown) => boolean
  readonly windowsLines?: boolean
}

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')

const headingWith = (errors: readonly string[]): string =>
  errors.length === 0 ? heading : `${heading}${errors.map((line) => `# ${line}\n`).join('')}#\n`

/** The text to print, or undefined when nothing was to be done. */
export const editObject = async (object: Obj, {io, format, save, fatal}: EditOptions): Promise<string | undefined> => {
  const original = format === 'json' ? `${indentedJson(object)}\n` : writeYaml(object)
  const file = createEditFile(format)
  let text = original
  let errors: readonly string[] = []
  for (;;) {
    const shown = headingWith(errors) + text
    file.write(shown)
    try {
      launchEditor(io, file.path)
    } catch (error) {
      file.remove()
      throw error
    }
    const edited = file.read()
    const content = withoutComments(edited)
    if (content.trim() === '') {
      io.err('Edit cancelled, saved file was empty.\n')
      file.remove()
      return undefined
    }
    if (content === withoutComments(shown)) {
      if (errors.length > 0) {
        io.err(`A copy of your changes has been stored to ${JSON.stringify(file.path)}\n`)
        throw new Error('Edit cancelled, no valid changes were saved.')
      }
      io.err('Edit cancelled, no changes made.\n')
      file.remove()
      return undefined
    }
    try {
      const done = await save(readYaml(content) as Obj)
      file.remove()
      return done
    } catch (error) {
      if (fatal(error)) {
        io.err(`A copy of your changes has been stored to ${JSON.stringify(file.path)}\n`)
        throw error
      }
      errors = (error instanceof Error ? error.message : String(error)).split('\n')
      io.err(`error: ${errors.join('\n')}\n`)
      text = content
    }
  }
}
