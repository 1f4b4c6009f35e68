// The audit log: one JSON line for every request that was answered, at the level Metadata. Health checks and reads of
// the server's own documents are left out, and so is what components of this process read: they only watch.
import {createWriteStream, renameSync, statSync, type WriteStream} from 'node:fs'
import type {Call} from '../request/call.ts'

export interface Audited {
  readonly call: Call
  readonly auditId: string
  readonly code: number
  readonly receivedMs: number
  readonly finishedMs: number
  readonly reason: string | undefined
}

const micro = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')

const objectRef = ({info}: Call): Record<string, string> | undefined =>
  info.isResource
    ? {
        resource: info.plural,
        ...(info.namespace === '' ? {} : {namespace: info.namespace}),
        ...(info.name === '' ? {} : {name: info.name}),
        ...(info.group === '' ? {} : {apiGroup: info.group}),
        apiVersion: info.version,
        ...(info.subresource === '' ? {} : {subresource: info.subresource}),
      }
    : undefined

const reads: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

/** Beyond this many waiting bytes the disk does not keep up, and lines are dropped rather than memory filled. */
const mostWaitingBytes = 8 * 1024 * 1024

/** A file this long is set aside as `<name>.1`, in the place of the one that was set aside before. */
const longestFileBytes = 32 * 1024 * 1024

const sizeOf = (path: string): number => statSync(path, {throwIfNoEntry: false})?.size ?? 0

export class AuditLog implements AsyncDisposable {
  readonly #path: string
  readonly #onError: (error: Error) => void
  #file: WriteStream
  #size: number
  #broken = false
  #waiting: string[] = []

  constructor(path: string, onError: (error: Error) => void) {
    this.#path = path
    this.#onError = onError
    this.#size = sizeOf(path)
    this.#file = this.#open()
  }

  #open(): WriteStream {
    const file = createWriteStream(this.#path, {flags: 'a', mode: 0o600})
    file.on('error', (error) => {
      this.#broken = true
      this.#onError(error)
    })
    return file
  }

  /** What still waits for the old file goes there: it is open, whatever its name. */
  #rotate(): void {
    try {
      renameSync(this.#path, `${this.#path}.1`)
    } catch {
      // Not there yet, or not ours to move: the file goes on growing rather than lines getting lost.
      this.#size = 0
      return
    }
    this.#file.end()
    this.#file = this.#open()
    this.#size = 0
  }

  write(audited: Audited): void {
    const {call, code} = audited
    if (this.#broken || !call.info.isResource || this.#file.writableLength > mostWaitingBytes) return
    if (call.local && reads.has(call.info.verb)) return
    const {user, request, info} = call
    const about = objectRef(call)
    this.#add(
      `${JSON.stringify({
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'Metadata',
        auditID: audited.auditId,
        stage: 'ResponseComplete',
        requestURI: request.url,
        verb: info.verb,
        user: {
          username: user.name,
          ...(user.uid ? {uid: user.uid} : {}),
          groups: user.groups,
          ...(user.extra ? {extra: user.extra} : {}),
        },
        sourceIPs: ['127.0.0.1'],
        ...(call.userAgent === '' ? {} : {userAgent: call.userAgent}),
        ...(about ? {objectRef: about} : {}),
        responseStatus: {metadata: {}, ...(audited.reason ? {status: 'Failure', reason: audited.reason} : {}), code},
        requestReceivedTimestamp: micro(audited.receivedMs),
        stageTimestamp: micro(audited.finishedMs),
        annotations: {
          'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow',
          ...Object.fromEntries(call.annotations),
        },
      })}\n`,
    )
  }

  /** What is answered in one turn is written at once. */
  #add(line: string): void {
    if (this.#waiting.push(line) === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const lines = this.#waiting
    this.#waiting = []
    if (lines.length === 0 || this.#broken) return
    if (this.#size > longestFileBytes) this.#rotate()
    const bytes = Buffer.from(lines.join(''))
    this.#size += bytes.length
    this.#file.write(bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush()
    await new Promise<void>((resolve) => {
      if (this.#broken) resolve()
      else this.#file.end(() => resolve())
    })
  }
}
