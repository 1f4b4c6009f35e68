// ARG: a value that is there while the image is built.
import {platform} from '../../images/manifest.ts'
import type {Build} from '../build.ts'
import {errorAt} from '../build-error.ts'
import {expandWord, type Variables} from '../dockerfile/expand.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import {noted} from '../stage.ts'
import type {Handler} from './handler.ts'
import {variablesOf} from './scope.ts'

const name = `${platform.os}/${platform.architecture}`

/** Known to everybody who declares them. */
export const platformArgs: ReadonlyMap<string, string> = new Map([
  ['BUILDPLATFORM', name],
  ['BUILDOS', platform.os],
  ['BUILDARCH', platform.architecture],
  ['BUILDVARIANT', ''],
  ['TARGETPLATFORM', name],
  ['TARGETOS', platform.os],
  ['TARGETARCH', platform.architecture],
  ['TARGETVARIANT', ''],
])

/** Given from outside they reach RUN without being declared. */
export const proxyArgs = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((upper) => [
  upper,
  upper.toLowerCase(),
])

/** One ARG may declare several: `ARG a b=1`. */
export const declared = (
  build: Pick<Build, 'escapes' | 'request' | 'usedArgs'>,
  {place, rest}: Instruction,
  variables: Variables,
  globals: ReadonlyMap<string, string | undefined>,
): Map<string, string | undefined> => {
  const args = new Map<string, string | undefined>()
  const seen: Variables = (wanted) => (args.has(wanted) ? args.get(wanted) : variables(wanted))
  for (const text of rest.match(/(?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'])+/g) ?? []) {
    const equals = text.indexOf('=')
    const key = equals < 0 ? text : text.slice(0, equals)
    if (!/^[A-Za-z_]\w*$/.test(key)) throw errorAt(place, `invalid ARG name ${JSON.stringify(key)}`)
    const given = Object.hasOwn(build.request.buildArgs, key) ? build.request.buildArgs[key] : undefined
    build.usedArgs.add(key)
    const own = equals < 0 ? undefined : expandWord(text.slice(equals + 1), {variables: seen, escapes: build.escapes})
    args.set(key, given ?? own ?? globals.get(key) ?? platformArgs.get(key))
  }
  return args
}

export const argHandler =
  (globals: ReadonlyMap<string, string | undefined>): Handler =>
  async (build, stage, instruction) => {
    const args = declared(build, instruction, variablesOf(stage), globals)
    return noted({...stage, args: new Map([...stage.args, ...args])}, instruction.text)
  }
