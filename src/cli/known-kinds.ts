// Commands that change what they know: a custom resource is refused before anything is done to it.
import {apiVersionOf} from '../api/resource.ts'
import type {Info} from './input/select.ts'
import {builtInByKind} from './resources/built-in.ts'

export const requireKnownKinds = (infos: readonly Info[]): void => {
  for (const {resource} of infos)
    if (!builtInByKind(resource.group, resource.version, resource.kind))
      throw new Error(
        `no kind ${JSON.stringify(resource.kind)} is registered for version ${JSON.stringify(apiVersionOf(resource))} in scheme "pkg/scheme/scheme.go:28"`,
      )
}
