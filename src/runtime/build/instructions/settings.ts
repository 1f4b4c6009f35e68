// Instructions that only change what the image says of itself.
import {posix} from 'node:path'
import {signalNames} from '../../../lib/cri/enums.ts'
import {errorAt} from '../build-error.ts'
import type {Instruction} from '../dockerfile/parse.ts'
import {parseInstruction} from '../dockerfile/parse.ts'
import {DEFAULT_SHELL, envOf, noted, type Settings, type Stage, withSettings} from '../stage.ts'
import type {Handler} from './handler.ts'
import {flagsOf, type Words, wordsOf} from './scope.ts'

type Change = (stage: Stage, instruction: Instruction, words: Words) => Partial<Settings>

const changing =
  (change: Change): Handler =>
  async (build, stage, instruction) =>
    noted(withSettings(stage, change(stage, instruction, wordsOf(build, stage, instruction))), instruction.text)

/** `a=b c="d e"`, or the old way: one name, a space, the rest. */
const pairsOf = ({name, place, rest}: Instruction, words: Words, oldWay: boolean): [string, string][] => {
  if (oldWay && !/^[^\s=]+=/.test(rest)) {
    const [, key = '', value = ''] = /^(\S+)\s+([\s\S]*)$/.exec(rest) ?? []
    if (key === '') throw errorAt(place, `${name} must have two arguments`)
    return [[words.word(key), words.word(value)]]
  }
  // Split first: what a variable brings in is no syntax.
  return splitWords(rest).map((text) => {
    const equals = text.indexOf('=')
    if (equals < 1) throw errorAt(place, `can't find = in ${JSON.stringify(text)}: ${name} takes name=value pairs`)
    return [words.word(text.slice(0, equals)), words.word(text.slice(equals + 1))]
  })
}

/** At spaces outside of quotes; quotes and escapes stay. */
const splitWords = (text: string): string[] =>
  text.match(/(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|[^\s"'\\])+/g) ?? []

const env = changing((stage, instruction, words) => {
  const known = envOf(stage)
  for (const [name, value] of pairsOf(instruction, words, true)) known.set(name, value)
  return {Env: [...known].map(([name, value]) => `${name}=${value}`)}
})

const label = changing(({settings}, instruction, words) => ({
  Labels: {...settings.Labels, ...Object.fromEntries(pairsOf(instruction, words, true))},
}))

const command = ({json, rest}: Instruction, {settings}: Stage): string[] =>
  json ? [...json] : [...(settings.Shell ?? DEFAULT_SHELL), rest]

const cmd: Handler = async (_, stage, instruction) =>
  noted({...withSettings(stage, {Cmd: command(instruction, stage)}), ownCmd: true}, instruction.text)

/** A CMD of the base image belonged to its own ENTRYPOINT. */
const entrypoint: Handler = async (_, stage, instruction) => {
  const Entrypoint = command(instruction, stage)
  const {Cmd, ...rest} = stage.settings
  const settings = stage.ownCmd && Cmd ? {...rest, Cmd, Entrypoint} : {...rest, Entrypoint}
  return noted({...stage, settings}, instruction.text)
}

const portsOf = (text: string): string[] | undefined => {
  const [, from = '', to = from, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? []
  const [low, high] = [Number(from), Number(to)]
  if (from === '' || low > high || high > 65_535) return undefined
  return Array.from({length: high - low + 1}, (_, at) => `${low + at}/${protocol.toLowerCase()}`)
}

const expose = changing(({settings}, {place, rest}, words) => {
  const ports = words.words(rest).flatMap((word) => {
    const found = portsOf(word)
    if (!found) throw errorAt(place, `invalid containerPort: ${word}`)
    return found
  })
  return {ExposedPorts: {...settings.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}]))}}
})

const volume = changing(({settings}, {json, place, rest}, words) => {
  const paths = json ? json.map(words.word) : words.words(rest)
  if (paths.some((path) => path === '')) throw errorAt(place, 'VOLUME specified can not be an empty string')
  return {Volumes: {...settings.Volumes, ...Object.fromEntries(paths.map((path) => [posix.normalize(path), {}]))}}
})

const user = changing((_, {rest}, words) => ({User: words.word(rest)}))

const stopSignal = changing((_, {place, rest}, words) => {
  const signal = words.word(rest)
  const isKnown = /^\d+$/.test(signal)
    ? Number(signal) > 0 && Number(signal) <= 64
    : signalNames.some((name) => name === `SIG${signal.toUpperCase().replace(/^SIG/, '')}`)
  if (!isKnown) throw errorAt(place, `invalid signal: ${signal}`)
  return {StopSignal: signal}
})

const shell = changing((_, {json, place}) => {
  if (!json || json.length === 0) throw errorAt(place, 'SHELL requires the arguments to be in JSON form')
  return {Shell: json}
})

const durationUnits: Readonly<Record<string, number>> = {ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9}

const nanosOf = (text: string): number | undefined => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)]
  if (parts.map(([whole]) => whole).join('') !== text || text === '') return undefined
  return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (durationUnits[unit] ?? 0), 0)
}

const healthOptions = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
} as const

const healthcheck = changing((_, instruction) => {
  const {place, rest} = instruction
  const flags = flagsOf(instruction, [...Object.keys(healthOptions), 'retries'])
  const [, kind = '', after = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? []
  if (kind.toUpperCase() === 'NONE') return {Healthcheck: {Test: ['NONE']}}
  if (kind.toUpperCase() !== 'CMD' || after === '')
    throw errorAt(place, `unknown type ${JSON.stringify(kind)} in HEALTHCHECK (try CMD or NONE)`)
  const json = /^\[/.test(after) ? parseInstruction(`CMD ${after}`, place).json : undefined
  const times = Object.entries(healthOptions).flatMap(([flag, name]) => {
    const given = flags.get(flag)
    if (given === undefined) return []
    const nanos = nanosOf(given)
    if (nanos === undefined) throw errorAt(place, `invalid --${flag}: ${JSON.stringify(given)} is no duration`)
    return [[name, nanos]]
  })
  const retries = flags.get('retries')
  return {
    Healthcheck: {
      Test: json ? ['CMD', ...json] : ['CMD-SHELL', after],
      ...Object.fromEntries(times),
      ...(retries ? {Retries: Number(retries)} : {}),
    },
  }
})

const onbuild = changing(({settings}, {place, rest}) => {
  const {name} = parseInstruction(rest, place)
  if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(name))
    throw errorAt(place, `${name} isn't allowed as an ONBUILD trigger`)
  return {OnBuild: [...(settings.OnBuild ?? []), rest]}
})

const maintainer: Handler = async (build, stage, {rest, text, place}) => {
  build.tell({type: 'warning', text: `${place.file}:${place.line}: MAINTAINER is deprecated: use LABEL maintainer=`})
  return noted({...stage, author: rest}, text)
}

export const settingHandlers: Readonly<Record<string, Handler>> = {
  CMD: cmd,
  ENTRYPOINT: entrypoint,
  ENV: env,
  EXPOSE: expose,
  HEALTHCHECK: healthcheck,
  LABEL: label,
  MAINTAINER: maintainer,
  ONBUILD: onbuild,
  SHELL: shell,
  STOPSIGNAL: stopSignal,
  USER: user,
  VOLUME: volume,
}
