// What two clusters with the same history may say differently: times, identities, addresses, generated names.

const safe = '[bcdfghjklmnpqrstvwxz2456789]'

const rules: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}(?: [A-Z]{3,4})?/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w.-]+):\d+\]/g, '<klog $1>'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '<jwt>'],
  [/(resourceVersion\\?"?: ?\\?"?|Resource Version: +|resourceVersion:\\?")\d+/g, '$1<rv>'],
  [/((?:pod-template|controller-revision)-hash(?:\\?"?: ?\\?"?|=))[\w-]+/g, '$1<hash>'],
  [new RegExp(`(?<=[a-z0-9])-${safe}{8,10}-${safe}{5}(?![\\w-])`, 'g'), '-<hash>-?????'],
  [new RegExp(`(?<=[a-z0-9])-${safe}{8,10}(?![\\w-])`, 'g'), '-<hash>'],
  [new RegExp(`(?<=[a-z0-9])-${safe}{5}(?![\\w-])`, 'g'), '-?????'],
  [/(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])/g, '<ip>'],
  [/(?<=[nN]odePort"?: |[:\s])3[0-2]\d{3}\b/g, '<nodeport>'],
  [/\bhttps?:\/\/[^\s"')>/]+/g, '<server>'],
  [/\/\S*kubectl-edit-\S*/g, '<edit>'],
  [/\/tmp\/(?:LIVE|MERGED)-\d+/g, '<diff>'],
]

const age = /(?<![\w.:=/"'+<-])(?<!for )(?=\d)(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?![\w.%:=-])(?<=[ydhms])/g

const apply = (text: string, all: typeof rules): string =>
  all.reduce((changed, [pattern, to]) => changed.replace(pattern, to), text)

/** Times and the like move columns: of a line in which something was replaced the width of gaps does not count. */
export const normalise = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      const changed = apply(line, rules).replace(age, '<age>')
      return changed === line && !/^[A-Z]/.test(line) ? line : changed.replace(/ {2,}/g, '   ')
    })
    .join('\n')

/** One server, asked at two times: only ages differ. */
export const withoutAges = (text: string): string =>
  text
    .replace(/\/tmp\/(?:LIVE|MERGED)-\d+/g, '<diff>')
    .replace(/\b[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w.-]+):\d+\]/g, '<klog>')
    .replace(age, '#')
