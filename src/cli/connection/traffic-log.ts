// -v: what goes over the wire, in the lines of kubectl's log. 6: answers; 7: and requests; 8: and bodies; 9: as curl commands.
import type {ApiRequest, ApiResponse} from '../../api/transport.ts'
import type {Io} from '../io.ts'
import {logHead} from '../log-line.ts'

export interface TrafficLog {
  request(request: ApiRequest, headers: Readonly<Record<string, unknown>>): void
  /** The answer, whose body may have to be read to be shown. */
  response(request: ApiRequest, response: ApiResponse, milliseconds: number): Promise<ApiResponse>
}

const canonical = (name: string): string => name.replace(/(?:^|-)[a-z]/g, (part) => part.toUpperCase())

const secret = /^authorization$/i

const headerLines = (headers: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(headers)
    .sort()
    .flatMap((name) => {
      const values = [headers[name]].flat().filter((value) => value !== undefined)
      return values.map((value) => `${canonical(name)}: ${secret.test(name) ? '<masked>' : String(value)}`)
    })

const block = (lines: readonly string[]): string =>
  lines.length === 0 ? '""' : `<\n${lines.map((line) => `\t${line}\n`).join('')} >`

const bodyText = (bytes: Uint8Array | string, level: number): string => {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')
  const most = level >= 10 ? Number.POSITIVE_INFINITY : level >= 9 ? 10_240 : 1024
  if (text === '') return '""'
  const shown = text.length > most ? `${text.slice(0, most)} [truncated ${text.length - most} chars]` : text
  return shown.includes('\n') || shown.includes('"')
    ? block(shown.replace(/\n$/, '').split('\n'))
    : JSON.stringify(shown)
}

const isWatch = ({url}: ApiRequest): boolean => /[?&](?:watch|follow)=(?:true|1)/.test(url)

export const createTrafficLog = (io: Io, level: number, server: string): TrafficLog => {
  const say = (place: string, text: string): void => io.err(`${logHead('I', io.now())} ${place}] ${text}\n`)
  return {
    request(request, headers) {
      const url = JSON.stringify(server + request.url)
      if (level >= 8 && (typeof request.body === 'string' || request.body instanceof Uint8Array || !request.body))
        say('helper.go:105', `"Request Body" body=${bodyText(request.body ?? '', level)}`)
      if (level >= 9) {
        const flags = headerLines(headers).map((line) => `-H ${JSON.stringify(line)}`)
        say(
          'round_trippers.go:527',
          `"Request" curlCommand=${block([`curl -v -X${request.method}  ${flags.join(' ')} '${server}${request.url}'`])}`,
        )
      } else if (level >= 7)
        say(
          'round_trippers.go:527',
          `"Request" verb="${request.method}" url=${url} headers=${block(headerLines(headers))}`,
        )
    },
    async response(request, response, milliseconds) {
      const url = JSON.stringify(server + request.url)
      const headers = level >= 8 ? ` headers=${block(headerLines(response.headers))}` : ''
      const {statusText} = await import('./status-text.ts')
      say(
        'round_trippers.go:632',
        `"Response" verb="${request.method}" url=${url} status="${response.status} ${statusText(response.status)}"${headers} milliseconds=${Math.round(milliseconds)}`,
      )
      if (level < 8 || isWatch(request)) return response
      const {readBody} = await import('../../client/body.ts')
      const bytes = await readBody(response.body)
      say('helper.go:105', `"Response Body" body=${bodyText(bytes, level)}`)
      return {...response, body: bytes}
    },
  }
}
