// What a simulated container has printed: the lines of its annotation, or one line that says what it is.
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {PREFIX} from '../behaviour.ts'

const linesOf = (pod: Cached<Pod>, container: string): string[] => {
  const text = pod.metadata.annotations?.[`${PREFIX}logs`]
  if (text !== undefined) return text.replace(/\n$/, '').split('\n')
  return [`simulated container ${container} of pod ${pod.metadata.namespace}/${pod.metadata.name}`]
}

const startOf = (pod: Cached<Pod>): string => {
  const atMs = Date.parse(pod.status?.startTime ?? '') || 0
  return new Date(atMs).toISOString().replace('Z', '000000Z')
}

export const logText = (pod: Cached<Pod>, container: string, query: URLSearchParams): string => {
  const tail = query.get('tailLines')
  const limit = query.get('limitBytes')
  const all = linesOf(pod, container)
  const lines = tail === null ? all : all.slice(Math.max(all.length - Number(tail), 0))
  const stamp = query.get('timestamps') === 'true' ? `${startOf(pod)} ` : ''
  const text = lines.map((line) => `${stamp}${line}\n`).join('')
  return limit === null ? text : text.slice(0, Number(limit))
}
