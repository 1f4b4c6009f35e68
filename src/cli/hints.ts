// Near misses, for people: kubectl says less, so only mini says this.
import {builtInResources, namesOf} from './resources/built-in.ts'
import {suggestions} from './suggest.ts'

const quoted = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1]

const nearest = (typed: string, names: readonly string[]): string | undefined => {
  const near = [...new Set(suggestions(typed, names))].slice(0, 3)
  return near.length > 0 ? `Did you mean ${near.join(', ')}?\n` : undefined
}

/** What was probably meant, for a type or a flag nobody knows. */
export const hintFor = (error: unknown, flags: readonly string[]): string | undefined => {
  if (!(error instanceof Error)) return undefined
  const type = quoted(error.message, /^the server doesn't have a resource type "([^"]+)"/)
  if (type !== undefined)
    return nearest(
      type,
      builtInResources.flatMap((resource) => [resource.plural, ...namesOf(resource).filter((name) => name.length > 4)]),
    )
  const flag = quoted(error.message, /^unknown flag: --(\S+)/)
  return flag === undefined ? undefined : nearest(flag, flags)?.replace('mean ', 'mean --')
}
