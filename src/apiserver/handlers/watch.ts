import type {Kind} from '../../api/kind.ts'
import type {Revision} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {listPrefix, objectKey, prefixOf, storedResource} from '../registry/keys.ts'
import {listEntries} from '../registry/list.ts'
import {waitForRevision} from '../registry/wait.ts'
import type {Call} from '../request/call.ts'
import {type ListOptions, listOptions} from '../request/list-options.ts'
import {type Selection, selectionOf} from '../request/selection.ts'
import type {Answer} from '../respond/answer.ts'
import {type Seen, seenBy} from '../watch/events.ts'
import {Watcher} from '../watch/watcher.ts'

const startsWithState = ({sendInitialEvents, resourceVersion}: ListOptions): boolean =>
  sendInitialEvents ?? (resourceVersion === '' || resourceVersion === '0')

const startOf = async (
  backend: Backend,
  kind: Kind,
  options: ListOptions,
  where: {readonly namespace: string; readonly selection: Selection},
): Promise<{readonly from: Revision; readonly initial: readonly Seen[] | undefined}> => {
  const asked = Number(options.resourceVersion || 0)
  if (asked > 0 && options.sendInitialEvents) await waitForRevision(backend, asked)
  if (!startsWithState(options)) return {from: asked > 0 ? asked : backend.store.currentRevision(), initial: undefined}
  const {entries, revision} = await listEntries(backend, kind, {
    ...where,
    limit: 0,
    continue: '',
    resourceVersion: '',
    resourceVersionMatch: '',
  })
  await backend.objects.prepare(kind, entries)
  return {from: revision, initial: entries.map((source) => ({type: 'ADDED', source}))}
}

/** A watch without an end of its own ends after half an hour to an hour, so that clients spread out. */
const timeoutMs = (backend: Backend, seconds: number | undefined): number =>
  seconds !== undefined && seconds > 0 ? seconds * 1000 : (1800 + backend.random.next() * 1800) * 1000

const bookmarkIntervalMs = 60_000

export const watch = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const options = listOptions(call.info.query, true)
  const selection = selectionOf(call, kind)
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const resource = storedResource(kind)
  const start = await startOf(backend, kind, options, {namespace, selection})
  const narrow = namespace || (selection.namespace ?? '')
  const prefix = prefixOf(resource)
  const watcher = new Watcher({
    hub: backend.hub,
    past: (from) => backend.store.watch(prefix, from),
    prefix,
    keyPrefix:
      selection.name !== undefined && (narrow !== '' || !resource.namespaced)
        ? objectKey(resource, narrow, selection.name)
        : listPrefix(resource, narrow),
    initial: start.initial,
    from: start.from,
    prepare: kind.storage?.convert
      ? async (events) =>
          backend.objects.prepare(
            kind,
            events.flatMap((event) => (event.previous ? [event, event.previous] : [event])),
          )
      : undefined,
    see: (event) => seenBy(event, selection.matches, (entry) => backend.objects.object(kind, entry)),
    bookmarks: options.allowWatchBookmarks,
    marksInitialEnd: options.sendInitialEvents === true && options.allowWatchBookmarks,
  })
  const timer = backend.clock.after(timeoutMs(backend, options.timeoutSeconds), () => watcher.stop())
  const ticker = options.allowWatchBookmarks ? repeat(backend, () => void watcher.mark()) : undefined
  backend.metrics.watching(call, 1)
  watcher.onStop(() => {
    backend.metrics.watching(call, -1)
    timer.cancel()
    ticker?.cancel()
  })
  return {type: 'watch', kind, watcher}
}

const repeat = (backend: Backend, call: () => void): {cancel(): void} => {
  let timer = backend.clock.after(bookmarkIntervalMs, tick)
  function tick(): void {
    call()
    timer = backend.clock.after(bookmarkIntervalMs, tick)
  }
  return {cancel: () => timer.cancel()}
}
