import type {GlobalValues} from '../global-flags.ts'

/** Headers of `--as`, `--as-group`, `--as-uid` and `--as-user-extra`. */
export const impersonation = (globals: GlobalValues): Record<string, string> => {
  const headers: Record<string, string | string[]> = {}
  if (globals.as !== '') headers['impersonate-user'] = globals.as
  if (globals['as-uid'] !== '') headers['impersonate-uid'] = globals['as-uid']
  if (globals['as-group'].length > 0) headers['impersonate-group'] = [...globals['as-group']]
  for (const extra of globals['as-user-extra']) {
    const equals = extra.indexOf('=')
    const name = `impersonate-extra-${encodeURIComponent(extra.slice(0, equals))}`
    headers[name] = [...[headers[name] ?? []].flat(), extra.slice(equals + 1)]
  }
  // Node sends an array as a header given several times; the transport's type only knows the common case.
  return headers as Record<string, string>
}
