// Which requests the proxy passes on: it lends its credentials to whoever reaches it.

export interface Filter {
  readonly acceptHosts: readonly RegExp[]
  readonly acceptPaths: readonly RegExp[]
  readonly rejectPaths: readonly RegExp[]
  readonly rejectMethods: readonly RegExp[]
}

export const patterns = (text: string): RegExp[] => text.split(',').map((part) => new RegExp(part))

const matches = (list: readonly RegExp[], text: string): boolean => list.some((pattern) => pattern.test(text))

export const isAccepted = (filter: Filter, method: string, path: string, host: string): boolean =>
  !matches(filter.rejectPaths, path) &&
  !matches(filter.rejectMethods, method) &&
  matches(filter.acceptHosts, host.replace(/:\d*$/, '')) &&
  matches(filter.acceptPaths, path)
