// Objects in the editor, until they are saved, unchanged or given up.
import type {Io} from '../io.ts'
import type {Obj} from '../objects.ts'
import {Exit} from '../usage-mistake.ts'
import {createEditFile, type EditFile, launchEditor} from './editor.ts'
import {
  type Complaint,
  type EditFormat,
  hasLines,
  headingOf,
  meaningOf,
  mistakeIn,
  objectsIn,
  type Subject,
  textOf,
  withoutComments,
} from './text.ts'

/** What became of what was sent: complaints open the editor again. */
export interface Outcome {
  readonly complaints: readonly Complaint[]
  /** Somebody else was faster, or something else that may work later. */
  readonly isRetryable: boolean
  readonly isGone: boolean
}

export interface Session {
  readonly io: Io
  readonly program: string
  readonly subject: Subject
  readonly format: EditFormat
  readonly windowsLines: boolean
  /** The file is looked at before it is sent. */
  readonly validates: boolean
  readonly objects: readonly Obj[]
  /** `configmaps "conf"`: the first object, which stands for the file. */
  readonly about: string
  /** Sends what was edited; what it throws ends the edit and leaves the file. */
  readonly save: (edited: readonly Obj[]) => Promise<Outcome>
}

const kept = ({io}: Session, file: EditFile | undefined, error: unknown): unknown => {
  if (file) io.err(`A copy of your changes has been stored to ${JSON.stringify(file.path)}\n`)
  return error
}

interface Pass {
  readonly file: EditFile
  readonly text: string
}

const openEditor = (session: Session, content: string, complaints: readonly Complaint[], last?: Pass): Pass => {
  const {format, subject, windowsLines, io} = session
  const heading = format === 'json' ? '' : headingOf(subject, complaints)
  const crlf = (text: string): string => (windowsLines ? text.replaceAll('\n', '\r\n') : text)
  const file = createEditFile(format === 'kyaml' ? 'yaml' : format, crlf(heading) + (last ? content : crlf(content)))
  try {
    launchEditor(io, file.path)
  } catch (error) {
    file.remove()
    throw kept(session, last?.file, error)
  }
  const pass = {file, text: file.read()}
  if (last && meaningOf(last.text) === meaningOf(pass.text))
    throw kept(session, file, new Error('Edit cancelled, no valid changes were saved.'))
  last?.file.remove()
  return pass
}

/** Undefined: to be opened again, for these complaints. */
const failedValidation = ({io, about, validates}: Session, text: string): Complaint | undefined => {
  const mistake = validates ? mistakeIn(withoutComments(text)) : undefined
  if (mistake === undefined) return undefined
  io.err(`error: ${about} is invalid\n`)
  const cause = `<nil>: Invalid value: "The edited file failed validation": ${mistake}`
  return {head: `${about} was not valid`, causes: [cause]}
}

const parsed = (text: string): {readonly objects: readonly Obj[]} | Complaint => {
  try {
    return {objects: objectsIn(text)}
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {head: `The edited file had a syntax error: ${why}`, causes: []}
  }
}

const sent = async (session: Session, {file}: Pass, objects: readonly Obj[]): Promise<readonly Complaint[]> => {
  const {io, program, save} = session
  let outcome: Outcome
  try {
    outcome = await save(objects)
  } catch (error) {
    throw kept(session, file, error)
  }
  if (outcome.isRetryable) {
    io.err(`You can run \`${program} replace -f ${file.path}\` to try this update again.\n`)
    throw new Exit(1)
  }
  if (outcome.isGone) {
    io.err(`The edits you made on deleted resources have been saved to ${JSON.stringify(file.path)}\n`)
    throw new Exit(1)
  }
  if (outcome.complaints.length === 0) file.remove()
  return outcome.complaints
}

export const editObjects = async (session: Session): Promise<void> => {
  const {io} = session
  const original = await textOf(session.objects, session.format)
  let complaints: readonly Complaint[] = []
  let last: Pass | undefined
  for (;;) {
    const pass = openEditor(session, last ? withoutComments(last.text) : original, complaints, last)
    last = pass
    const invalid = failedValidation(session, pass.text)
    if (invalid) {
      complaints = [invalid]
      continue
    }
    const why =
      meaningOf(original) === meaningOf(pass.text)
        ? 'no changes made'
        : hasLines(pass.text)
          ? undefined
          : 'saved file was empty'
    if (why !== undefined) {
      pass.file.remove()
      io.err(`Edit cancelled, ${why}.\n`)
      return
    }
    const content = parsed(pass.text)
    complaints = 'objects' in content ? await sent(session, pass, content.objects) : [content]
    if (complaints.length === 0) return
  }
}
