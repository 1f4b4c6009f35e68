// The events of a watch, as the server sends them.

import {ApiError, errorFromStatus} from '../../api/errors.ts'
import {readLines} from '../../client/body.ts'
import type {ApiClient} from '../../client/contract.ts'
import {hasCode} from '../../lib/node-error.ts'
import {parseBigJson} from '../big-json.ts'
import type {Obj} from '../objects.ts'
import {send} from '../request.ts'

export interface RawEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: Obj
}

export async function* watchEvents(
  client: ApiClient,
  url: string,
  options: {readonly accept?: string; readonly signal?: AbortSignal} = {},
): AsyncGenerator<RawEvent> {
  const response = await send(client, url, options)
  for await (const line of readLines(response.body)) {
    if (line.trim() === '') continue
    const event = parseBigJson(line) as RawEvent
    if (event.type === 'ERROR') throw errorFromStatus(event.object as never)
    if (event.type !== 'BOOKMARK') yield event
  }
}

/** A deadline or our own end closed the connection: not an error of the watch. */
export const isClosed = (error: unknown): boolean => {
  if (!(error instanceof Error) || error instanceof ApiError) return false
  return error.name === 'AbortError' || error.name === 'TimeoutError' || hasCode(error, 'ABORT_ERR', 'ECONNRESET')
}
