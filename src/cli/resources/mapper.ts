// From what people and files call a resource to the resource.
import {type Resource, splitApiVersion} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import {alsoShort, builtInByKind, builtInByName, namesOf} from './built-in.ts'
import type {Discovery} from './discovery.ts'

export interface Mapper {
  /** A word on the command line: `po`, `deployments.apps`, `jobs.v1.batch`. */
  byWord(word: string): Promise<Resource>
  /** All resources a word means: a category such as `all`, or one. */
  expand(word: string): Promise<readonly Resource[]>
  byKind(apiVersion: string, kind: string): Promise<Resource>
  discovery(): Promise<Discovery>
}

export class NoSuchType extends Error {
  override readonly name = 'NoSuchType'
}

export class NoKindMatch extends Error {
  override readonly name = 'NoKindMatch'
}

interface Word {
  readonly name: string
  readonly version: string | undefined
  readonly group: string | undefined
}

/** `name`, `name.group`, `name.version.group`: a second part that looks like a version may be one. */
const readings = (word: string): Word[] => {
  const lower = word.toLowerCase()
  const [name = '', second, ...rest] = lower.split('.')
  if (second === undefined) return [{name, version: undefined, group: undefined}]
  const group = {name, version: undefined, group: [second, ...rest].join('.')}
  return rest.length > 0 && /^v\d+((alpha|beta)\d+)?$/.test(second)
    ? [{name, version: second, group: rest.join('.')}, group]
    : [group]
}

const matches = (resource: Resource, {name, version, group}: Word): boolean =>
  namesOf(resource).includes(name) &&
  (version === undefined || version === resource.version) &&
  (group === undefined || group === resource.group || (group !== '' && resource.group.startsWith(group)))

const wordIn = ({resources}: Discovery, ways: readonly Word[]): Resource | undefined => {
  for (const way of ways) {
    const candidates = resources.filter((resource) => matches(resource, way))
    const known = candidates.find(({preferred}) => preferred) ?? candidates[0]
    if (known) return known
  }
  return undefined
}

const categoryIn = ({resources}: Discovery, word: string): Resource[] =>
  resources.filter(({categories, preferred, verbs}) => preferred && categories.includes(word) && verbs.includes('list'))

export const createMapper = (client: () => Promise<ApiClient>, warn: (text: string) => void = () => {}): Mapper => {
  const warned = new Set<string>()
  const warnOfOthers = (word: string, chosen: Resource): void => {
    if (warned.has(word)) return
    warned.add(word)
    for (const {plural, group} of alsoShort(word, chosen))
      warn(`short name ${JSON.stringify(word)} could also match lower priority resource ${plural}.${group}`)
  }
  let discovered: Promise<Discovery> | undefined
  const discovery = (): Promise<Discovery> =>
    (discovered ??= (async () => (await import('./discovery.ts')).discover(await client()))())
  let kept: Promise<Discovery | undefined> | undefined
  const cached = (): Promise<Discovery | undefined> =>
    (kept ??= (async () => (await import('./discovery-cache.ts')).readCached(await client()))())
  /** In what is kept from before; what is not in there may be new. */
  const lookUp = async <T>(find: (discovery: Discovery) => T | undefined): Promise<T | undefined> => {
    const before = discovered ? undefined : await cached()
    return (before && find(before)) ?? find(await discovery())
  }
  const found = async (word: string): Promise<Resource | undefined> => {
    const ways = readings(word)
    for (const {name, version, group} of ways) {
      const known = builtInByName(name, version, group)
      if (known) {
        if (group === undefined) warnOfOthers(name, known)
        return known
      }
    }
    return lookUp((known) => wordIn(known, ways))
  }
  return {
    discovery,
    async byWord(word) {
      const resource = await found(word)
      if (!resource)
        throw new NoSuchType(`the server doesn't have a resource type ${JSON.stringify(word.split('.')[0])}`)
      return resource
    },
    async expand(word) {
      const simple = builtInByName(word.toLowerCase(), undefined, undefined)
      if (simple) {
        warnOfOthers(word.toLowerCase(), simple)
        return [simple]
      }
      const ways = readings(word)
      const members = await lookUp((known) => {
        const all = categoryIn(known, word)
        const one = all.length > 0 ? undefined : wordIn(known, ways)
        return one ? [one] : all.length > 0 ? all : undefined
      })
      return members ?? [await this.byWord(word)]
    },
    async byKind(apiVersion, kind) {
      const {group, version} = splitApiVersion(apiVersion)
      const known = builtInByKind(group, version, kind)
      if (known) return known
      const match = await lookUp(({resources}) =>
        resources.find(
          (resource) => resource.group === group && resource.version === version && resource.kind === kind,
        ),
      )
      if (!match)
        throw new NoKindMatch(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`)
      return match
    },
  }
}
