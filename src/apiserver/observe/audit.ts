// The audit log: one JSON line for every request that was answered, at the level Metadata. Health checks and reads of
// the server's own documents are left out, and so is what components of this process read: they only watch.
import {createWriteStream, type WriteStream} from 'node:fs'
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

export class AuditLog implements AsyncDisposable {
  readonly #file: WriteStream
  #broken = false

  constructor(path: string, onError: (error: Error) => void) {
    this.#file = createWriteStream(path, {flags: 'a', mode: 0o600})
    this.#file.on('error', (error) => {
      this.#broken = true
      onError(error)
    })
  }

  write(audited: Audited): void {
    const {call, code} = audited
    if (this.#broken || !call.info.isResource || this.#file.writableLength > mostWaitingBytes) return
    if (call.local && reads.has(call.info.verb)) return
    const {user, request, info} = call
    this.#file.write(
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
        ...(objectRef(call) ? {objectRef: objectRef(call)} : {}),
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

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#broken) resolve()
      else this.#file.end(() => resolve())
    })
  }
}
