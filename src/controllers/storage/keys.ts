// The binder's keys say which of the two kinds is meant.
export const claimKey = (namespace: string | undefined, name: string): string => `claim/${namespace}/${name}`
export const volumeKey = (name: string): string => `volume/${name}`

export type BinderKey =
  | {readonly kind: 'claim'; readonly namespace: string; readonly name: string}
  | {readonly kind: 'volume'; readonly name: string}

export const parseKey = (key: string): BinderKey => {
  const [kind, first = '', second = ''] = key.split('/')
  return kind === 'claim' ? {kind, namespace: first, name: second} : {kind: 'volume', name: first}
}
