// One try of a probe or a hook: exec, HTTP, TCP, gRPC.

import {request as httpRequest} from 'node:http'
import {connect as connectHttp2} from 'node:http2'
import {request as httpsRequest} from 'node:https'
import {connect} from 'node:net'
import type {DeepReadonly} from '../../api/object.ts'
import type {HTTPGetAction, Probe} from '../../api/schema/types.gen.ts'
import type {CriClient} from '../../lib/cri/client.ts'
import {frame} from '../../lib/grpc/frame.ts'
import {grpcCodes, isGrpcCode} from '../../lib/grpc/status.ts'
import type {PodContainer} from '../pods/types.ts'

export interface Outcome {
  readonly ok: boolean
  readonly message: string
}

export interface CheckTarget {
  readonly cri: CriClient
  readonly container: PodContainer
  readonly containerId: string
  readonly podIp: string
  readonly timeoutMs: number
}

const MOST_BODY = 10 * 1024

const portOf = (container: PodContainer, port: string | number): number => {
  if (typeof port === 'number' || /^\d+$/.test(port)) return Number(port)
  return (container.ports ?? []).find(({name}) => name === port)?.containerPort ?? 0
}

export const checkExec = async (
  command: readonly string[],
  {containerId, cri, timeoutMs}: CheckTarget,
): Promise<Outcome> => {
  const request = {containerId, cmd: command, timeout: Math.ceil(timeoutMs / 1000)}
  const answer = await cri.RuntimeService.ExecSync(request).catch((error) => {
    if (isGrpcCode(error, grpcCodes.deadlineExceeded)) return undefined
    throw error
  })
  if (!answer) return {ok: false, message: `command ${JSON.stringify(command.join(' '))} timed out`}
  const output = Buffer.concat([answer.stdout, answer.stderr]).toString().slice(0, MOST_BODY)
  return {ok: answer.exitCode === 0, message: output}
}

const readBody = (stream: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve) => {
    let body = ''
    stream.on('data', (chunk) => {
      if (body.length < MOST_BODY) body += chunk
    })
    stream.on('end', () => resolve(body.slice(0, MOST_BODY)))
    stream.on('error', () => resolve(body))
    stream.on('close', () => resolve(body))
  })

export const checkHttp = (
  {host, httpHeaders = [], path = '/', port, scheme = 'HTTP'}: DeepReadonly<HTTPGetAction>,
  {container, podIp, timeoutMs}: CheckTarget,
  agent = 'kube-probe/1.36',
): Promise<Outcome> =>
  new Promise((resolve) => {
    const headers: Record<string, string> = {'user-agent': agent, accept: '*/*', connection: 'close'}
    for (const {name, value} of httpHeaders) headers[name.toLowerCase()] = value
    const number = portOf(container, port)
    const target = host || podIp
    const url = `${scheme.toLowerCase()}://${target.includes(':') ? `[${target}]` : target}:${number}${path.startsWith('/') ? '' : '/'}${path}`
    const send = scheme === 'HTTPS' ? httpsRequest : httpRequest
    const request = send(url, {headers, timeout: timeoutMs, rejectUnauthorized: false, agent: false}, (response) => {
      void readBody(response).then((body) => {
        clearTimeout(timer)
        const code = response.statusCode ?? 0
        const ok = code >= 200 && code < 400
        resolve({ok, message: ok ? body : `HTTP probe failed with statuscode: ${code}`})
      })
    })
    const timer = setTimeout(() => {
      request.destroy()
      resolve({
        ok: false,
        message: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      })
    }, timeoutMs)
    request.on('error', (error) => {
      clearTimeout(timer)
      resolve({ok: false, message: `Get "${url}": ${dialMessage(error, target, number)}`})
    })
    request.end()
  })

const dialMessage = (error: NodeJS.ErrnoException, host: string, port: number): string =>
  error.code === 'ECONNREFUSED' ? `dial tcp ${host}:${port}: connect: connection refused` : error.message

export const checkTcp = (host: string, port: number, timeoutMs: number): Promise<Outcome> =>
  new Promise((resolve) => {
    const socket = connect({host, port})
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => finish({ok: false, message: `dial tcp ${host}:${port}: i/o timeout`}), timeoutMs)
    socket.on('connect', () => finish({ok: true, message: ''}))
    socket.on('error', (error) => finish({ok: false, message: dialMessage(error, host, port)}))
  })

/** grpc.health.v1.Health/Check: field 1 of the request is the service, field 1 of the answer says 1 for serving. */
export const checkGrpc = (host: string, port: number, service: string, timeoutMs: number): Promise<Outcome> =>
  new Promise((resolve) => {
    const session = connectHttp2(`http://${host}:${port}`)
    const chunks: Buffer[] = []
    let status = ''
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer)
      session.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(
      () =>
        finish({
          ok: false,
          message: `timeout: failed to connect service "${host}:${port}" within ${timeoutMs / 1000}s: context deadline exceeded`,
        }),
      timeoutMs,
    )
    session.on('error', (error) =>
      finish({ok: false, message: `error: health rpc probe failed: ${dialMessage(error, host, port)}`}),
    )
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    call.on('error', () => undefined) // the session says it
    const note = (headers: Record<string, unknown>): void => {
      if (headers['grpc-status'] !== undefined) status = String(headers['grpc-status'])
    }
    call.on('response', note)
    call.on('trailers', note)
    call.on('data', (chunk: Buffer) => chunks.push(chunk))
    call.on('close', () => {
      const body = Buffer.concat(chunks)
      const serving = status === '0' && body[5] === 8 && body[6] === 1
      finish(
        serving ? {ok: true, message: ''} : {ok: false, message: 'service unhealthy (responded with "NOT_SERVING")'},
      )
    })
    const name = Buffer.from(service)
    call.end(frame(name.length > 0 ? Buffer.concat([Buffer.from([10, name.length]), name]) : new Uint8Array()))
  })

export const runProbe = async (probe: DeepReadonly<Probe>, target: CheckTarget): Promise<Outcome> => {
  try {
    if (probe.exec) return await checkExec(probe.exec.command ?? [], target)
    if (probe.httpGet) return await checkHttp(probe.httpGet, target)
    if (probe.tcpSocket) {
      const {host, port} = probe.tcpSocket
      return await checkTcp(host || target.podIp, portOf(target.container, port), target.timeoutMs)
    }
    if (probe.grpc) return await checkGrpc(target.podIp, probe.grpc.port, probe.grpc.service ?? '', target.timeoutMs)
    return {ok: true, message: ''}
  } catch (error) {
    return {ok: false, message: error instanceof Error ? error.message : String(error)}
  }
}
