import type {flags} from '../../commands/set/selector.ts'
import type {Invocation} from '../../invocation.ts'
import {parseLabelSelector} from '../../label-selector.ts'
import {ensureMap, type Obj} from '../../objects.ts'
import {runSet} from '../../set-verb.ts'

export const setSelector = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args} = invocation
  const selector = args.at(-1) ?? ''
  const resources = args.slice(0, -1)
  if (args.length < 2 && own.filename.length === 0)
    throw new Error('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  await runSet({
    invocation,
    resources,
    operation: 'selector updated',
    anyKind: true,
    change(object) {
      const parsed = parseLabelSelector(selector)
      const spec = ensureMap(object, 'spec')
      if (own['resource-version'] !== '') ensureMap(object, 'metadata').resourceVersion = own['resource-version']
      if (object.kind !== 'Service') {
        spec.selector = parsed
        return
      }
      if (parsed.matchExpressions) throw new Error('match expression [] not supported on service')
      spec.selector = (parsed.matchLabels ?? {}) as Obj
    },
  })
}
