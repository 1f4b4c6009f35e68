import {pathOf} from '../../../api/resource.ts'
import {selfSubjectReviews} from '../../../api/resources.ts'
import type {flags} from '../../commands/auth/whoami.ts'
import {alignTabs, tableTabs} from '../../go/tabwriter.ts'
import type {Invocation} from '../../invocation.ts'
import {mapAt, type Obj, textAt, textsAt} from '../../objects.ts'
import {createPrinter, hasFormat} from '../../output/printer.ts'
import {getJson} from '../../request.ts'

const listText = (values: readonly string[]): string => `[${values.join(' ')}]`

const tableOf = (review: Obj): string => {
  const user = mapAt(review, 'status', 'userInfo')
  const rows: [string, string][] = [['ATTRIBUTE', 'VALUE']]
  if (user.username) rows.push(['Username', textAt(user, 'username')])
  if (user.uid) rows.push(['UID', textAt(user, 'uid')])
  const groups = textsAt(user, 'groups')
  if (groups.length > 0) rows.push(['Groups', listText(groups)])
  for (const key of Object.keys(mapAt(user, 'extra')).sort())
    rows.push([`Extra: ${key}`, listText(textsAt(user, 'extra', key))])
  return alignTabs(rows.map((cells) => `${cells.join('\t')}\n`).join(''), tableTabs)
}

export const whoami = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {client} = await connect()
  const review = await getJson<Obj>(client, pathOf(selfSubjectReviews, {}), {
    method: 'POST',
    body: {apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {}, status: {userInfo: {}}},
  })
  if (!hasFormat(own)) {
    io.out(tableOf(review))
    return
  }
  const print = await createPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
    keepOrder: true,
  })
  io.out(print(review))
}
