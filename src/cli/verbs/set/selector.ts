import type {flags} from '../../commands/set/selector.ts'
import {formatValue} from '../../go/format.ts'
import type {Invocation} from '../../invocation.ts'
import {parseLabelSelector} from '../../label-selector.ts'
import {ensureMap, listAt, type Obj} from '../../objects.ts'
import {runSet} from '../../set-verb.ts'

export const setSelector = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args} = invocation
  const selector = args.at(-1) ?? ''
  const resources = args.slice(0, -1)
  if (args.length === 0 && own.filename.length === 0) throw new Error('one selector is required')
  if (args.length < 2 && own.filename.length === 0)
    throw new Error('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  await runSet({
    invocation,
    resources,
    operation: 'selector updated',
    evenSame: true,
    anyKind: true,
    change(object) {
      const parsed = parseLabelSelector(selector)
      const spec = ensureMap(object, 'spec')
      if (own['resource-version'] !== '') ensureMap(object, 'metadata').resourceVersion = own['resource-version']
      if (object.kind !== 'Service') throw new Error('setting a selector is only supported for Services')
      const expressions = listAt(parsed, 'matchExpressions')
      if (expressions.length > 0) {
        const shown = expressions.map(({key, operator, values}) => `{${key} ${operator} ${formatValue(values ?? [])}}`)
        throw new Error(`match expression [${shown.join(' ')}] not supported on this object`)
      }
      spec.selector = (parsed.matchLabels ?? {}) as Obj
    },
  })
}
