import {pathOf} from '../../../api/resource.ts'
import {certificateSigningRequests} from '../../../api/resources.ts'
import type {flags} from '../../commands/certificate/approve.ts'
import {gather, type Info} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {listAt, mapAt, type Obj, textAt} from '../../objects.ts'
import {createResultPrinter} from '../../output/printer.ts'
import {together} from '../../report-error.ts'
import {getJson} from '../../request.ts'

type Decide = Invocation<typeof flags>
type Decision = 'Approved' | 'Denied'

const condition = (decision: Decision, now: number): Obj => {
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`
  const verb = decision === 'Approved' ? 'approve' : 'deny'
  return {
    type: decision,
    status: 'True',
    reason: `Kubectl${decision === 'Approved' ? 'Approve' : 'Deny'}`,
    message: `This CSR was ${decision.toLowerCase()} by kubectl certificate ${verb}.`,
    lastUpdateTime: time,
    lastTransitionTime: time,
  }
}

/** Undefined: it was decided so before. */
const decided = (object: Obj, decision: Decision, force: boolean, now: number): Obj | undefined => {
  const conditions = listAt(object, 'status', 'conditions')
  const opposite = decision === 'Approved' ? 'Denied' : 'Approved'
  if (conditions.some((one) => textAt(one, 'type') === opposite))
    throw new Error(
      `certificate signing request ${JSON.stringify(textAt(object, 'metadata', 'name'))} is already ${opposite}`,
    )
  const has = conditions.some((one) => textAt(one, 'type') === decision)
  if (has && !force) return undefined
  const others = conditions.filter((one) => textAt(one, 'type') !== decision)
  return {...object, status: {...mapAt(object, 'status'), conditions: [...others, condition(decision, now)]}}
}

export const decide = async (invocation: Decide, decision: Decision): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  if (args.length === 0 && !hasFiles) throw new Error('one or more CSRs must be specified as <name> or -f <filename>')
  const {client} = await connect()
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const {infos, errors} = await gather({
    io,
    connect,
    args: args.length > 0 ? ['certificatesigningrequests.certificates.k8s.io', ...args] : [],
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    latest: true,
  })
  for (const info of infos)
    try {
      io.out(print(await write(client, info, decision, own.force, io.now()), decision.toLowerCase()))
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0) throw together(errors)
}

const write = async (
  client: Awaited<ReturnType<Decide['connect']>>['client'],
  {object, name}: Info,
  decision: Decision,
  force: boolean,
  now: number,
): Promise<Obj> => {
  const changed = decided(object, decision, force, now)
  if (!changed) return object
  const url = pathOf(certificateSigningRequests, {name, subresource: 'approval'})
  return getJson<Obj>(client, url, {method: 'PUT', body: changed})
}
