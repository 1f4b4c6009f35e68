import type {flags} from '../../commands/set/serviceaccount.ts'
import type {Invocation} from '../../invocation.ts'
import {podSpecOf} from '../../pod-template.ts'
import {runSet} from '../../set-verb.ts'

export const setServiceaccount = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {args} = invocation
  const account = args.at(-1)
  if (account === undefined) throw new Error('serviceaccount is required')
  await runSet({
    invocation,
    resources: args.slice(0, -1),
    operation: 'serviceaccount updated',
    evenSame: true,
    failure: 'failed to patch ServiceAccountName ',
    change(object) {
      const spec = podSpecOf(object)
      if (spec) spec.serviceAccountName = account
    },
  })
}
