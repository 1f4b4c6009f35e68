// get --watch: what there is, then what changes.

import type {flags} from '../commands/get.ts'
import {requestTimeoutMs} from '../connection/request-timeout.ts'
import type {Wanted} from '../input/select.ts'
import {typeName} from '../input/select.ts'
import {failOnInterrupt} from '../interrupt.ts'
import type {Invocation} from '../invocation.ts'
import type {Obj} from '../objects.ts'
import type {Printer} from '../output/printer.ts'
import {printTable, type Table} from '../output/table.ts'
import {getJson} from '../request.ts'
import {isClosed, watchEvents} from '../watch/events.ts'
import {asTable, sourceOf, tableOptions, tableTypes, withParameter} from './get.ts'

type Get = Invocation<typeof flags>

interface Listed {
  readonly metadata?: {readonly resourceVersion?: string}
}

export const getWatch = async (
  invocation: Get,
  wanted: readonly Wanted[],
  print: Printer | undefined,
): Promise<void> => {
  const {flags: own, io} = invocation
  const [only] = wanted
  if (!only || wanted.length > 1) throw new Error('you may only specify a single resource type')
  failOnInterrupt()
  const source = sourceOf(only, own)
  const {client} = await invocation.connect()
  const accept = print ? 'application/json' : tableTypes
  const remembered: number[] = []
  let headers = true
  let columns: Table['columnDefinitions']
  const prefix = own['show-kind'] ? typeName(source.resource) : undefined
  const withEvents = own['output-watch-events']

  const show = (answer: Obj, event: string): void => {
    if (print) {
      const objects = Array.isArray(answer.items)
        ? (answer.items as Obj[]).map((item) => ({
            apiVersion: answer.apiVersion,
            kind: String(answer.kind).replace(/List$/, ''),
            ...item,
          }))
        : [answer]
      for (const object of objects) io.out(print(withEvents ? {type: event, object} : object))
      return
    }
    const table = asTable(answer)
    columns = table.columnDefinitions?.length ? table.columnDefinitions : columns
    if ((table.rows ?? []).length === 0) return
    io.out(
      printTable({...table, columnDefinitions: columns} as Table, {
        ...tableOptions(invocation, prefix, headers),
        remembered,
        withEvents,
        event,
      }),
    )
    headers = false
  }

  const timeout = requestTimeoutMs(invocation.globals['request-timeout'])
  const signal = timeout > 0 ? AbortSignal.timeout(timeout) : undefined
  const first = await getJson<Obj & Listed>(
    client,
    source.url.replace(/([?&])limit=\d+&?/, '$1').replace(/[?&]$/, ''),
    {accept},
  )
  if (!own['watch-only']) show(first, 'ADDED')
  const named = source.name !== undefined
  const listUrl = named
    ? source.url.slice(0, source.url.lastIndexOf('/'))
    : source.url.replace(/([?&])limit=\d+&?/, '$1').replace(/[?&]$/, '')
  let url = withParameter(listUrl, 'watch', 'true')
  if (named) url = withParameter(url, 'fieldSelector', `metadata.name=${source.name}`)
  const version = first.metadata?.resourceVersion ?? (Array.isArray((first as Table & Obj).rows) ? '' : '')
  if (version) url = withParameter(url, 'resourceVersion', version)
  try {
    for await (const {type, object} of watchEvents(client, url, {accept, ...(signal ? {signal} : {})}))
      show(object, type)
  } catch (error) {
    if (!(signal?.aborted || isClosed(error))) throw error
  }
}
