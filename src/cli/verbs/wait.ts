import {hasReason} from '../../api/errors.ts'
import type {flags} from '../commands/wait.ts'
import {gather, type Info, type SelectOptions, select, typeName} from '../input/select.ts'
import {failOnInterrupt} from '../interrupt.ts'
import type {Invocation} from '../invocation.ts'
import {listAt, type Obj, textAt} from '../objects.ts'
import {liveLine} from '../output/live-line.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {type Condition, parseConditions} from '../wait/conditions.ts'
import {ConditionTimeout, type Deadline, deadlineAfter, type Target, untilSettled} from '../wait/until.ts'

type Wait = Invocation<typeof flags>

const optionsOf = ({flags: own, args, io, connect}: Wait): SelectOptions => ({
  io,
  connect,
  args,
  filenames: own.filename,
  recursive: own.recursive,
  selector: own.selector,
  fieldSelector: own['field-selector'],
  all: own.all,
  allNamespaces: own['all-namespaces'],
  local: own.local,
  latest: true,
})

/** Names that need not exist yet. */
const targetsOf = async (options: SelectOptions): Promise<Target[]> => {
  const {wanted} = await select(options)
  return wanted.flatMap((one): Target[] => {
    if (one.kind === 'failed') throw one.error
    if (one.kind === 'local') return [one.info]
    return one.kind === 'named' ? [one] : []
  })
}

/** What keeps a pod: the reason of the first container that waits, else its phase. */
const stateOf = (object: Obj): string => {
  const waiting = listAt(object, 'status', 'containerStatuses')
    .map((status) => textAt(status, 'state', 'waiting', 'reason'))
    .find((reason) => reason !== '')
  return waiting ?? textAt(object, 'status', 'phase')
}

const holdsFor = async (invocation: Wait, info: Info, condition: Condition, deadline: Deadline): Promise<Obj> => {
  const {client} = await invocation.connect()
  using line = liveLine(invocation)
  let last = info.object
  return await untilSettled(client, info, deadline, (object) => {
    const state = object === undefined ? '' : stateOf(object)
    line.show(`waiting for ${typeName(info.resource)}/${info.name}${state === '' ? '' : `: ${state}`}`)
    if (condition.kind === 'delete') {
      if (object === undefined) return last
      last = object
      return undefined
    }
    if (object === undefined) return undefined
    return condition.kind === 'create' || condition.holds(object) ? object : undefined
  })
}

const waitForCreation = async (invocation: Wait, options: SelectOptions, deadline: Deadline): Promise<void> => {
  const {client} = await invocation.connect()
  try {
    for (const target of await targetsOf(options)) await untilSettled(client, target, deadline, (object) => object)
  } catch (error) {
    if (error instanceof ConditionTimeout) throw new Error('timed out waiting for the condition', {cause: error})
    throw error
  }
}

export const waitVerb = async (invocation: Wait): Promise<void> => {
  const {flags: own, io} = invocation
  const conditions = parseConditions(own.for)
  failOnInterrupt()
  const deadline = deadlineAfter(own.timeout)
  const options = optionsOf(invocation)
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  // What a file names must be there at once.
  if (conditions.some(({kind}) => kind === 'create') && own.filename.length === 0)
    await waitForCreation(invocation, options, deadline)
  const {infos, errors} = await gather(options)
  const waitsForDeletion = conditions.every(({kind}) => kind === 'delete')
  const failed = waitsForDeletion ? errors.filter((error) => !hasReason(error, 'NotFound')) : errors
  for (const info of infos)
    try {
      let object = info.object
      for (const condition of conditions) object = await holdsFor(invocation, info, condition, deadline)
      io.out(print(object, 'condition met'))
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
  if (infos.length === 0 && !waitsForDeletion) throw new Error('no matching resources found')
}
