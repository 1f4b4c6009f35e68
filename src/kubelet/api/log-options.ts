import type {LogOptions} from './log-reader.ts'

const flag = (text: string | null): boolean => text === 'true' || text === '1'

const count = (text: string | null): number | undefined => (text === null || text === '' ? undefined : Number(text))

export const logOptions = (query: URLSearchParams, nowMs: number): LogOptions => {
  const since = count(query.get('sinceSeconds'))
  const sinceTime = query.get('sinceTime')
  const stream = query.get('stream')
  return {
    follow: flag(query.get('follow')),
    timestamps: flag(query.get('timestamps')),
    tailLines: count(query.get('tailLines')),
    sinceMs: since !== undefined ? nowMs - since * 1000 : sinceTime ? Date.parse(sinceTime) : undefined,
    limitBytes: count(query.get('limitBytes')),
    stream: stream === 'Stdout' || stream === 'Stderr' ? stream : 'All',
  }
}
