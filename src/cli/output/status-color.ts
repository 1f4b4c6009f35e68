// Colours for the words of a STATUS column.
const good = new Set([
  'Running',
  'Ready',
  'Active',
  'Bound',
  'Complete',
  'Available',
  'Approved',
  'Approved,Issued',
  'True',
])
const past = new Set(['Completed', 'Succeeded', 'Terminating', 'Released', 'Terminated'])
const wait = /^(Pending|ContainerCreating|PodInitializing|Init:|Creating|Suspended|Unknown|SchedulingDisabled)/

const paint = (code: number, text: string): string => `\u001b[${code}m${text}\u001b[39m`

export const paintStatus = (_column: string, cell: string): string => {
  const text = cell.trimEnd()
  const [first = ''] = text.split(',')
  if (good.has(text) || good.has(first)) return paint(32, cell)
  if (past.has(text)) return paint(90, cell)
  return wait.test(text) ? paint(33, cell) : paint(31, cell)
}
