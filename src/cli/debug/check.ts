// What is asked for must make sense before anything is made.
import type {flags} from '../commands/debug.ts'
import {commandPath, type Invocation} from '../invocation.ts'
import {imagePattern} from '../pods/image-name.ts'
import {UsageMistake} from '../usage-mistake.ts'

export type Debug = Invocation<typeof flags>

const profiles = ['legacy', 'general', 'baseline', 'restricted', 'netadmin', 'sysadmin']

export const commandOf = ({args, argsBeforeDash}: Debug): readonly string[] =>
  argsBeforeDash < 0 ? [] : args.slice(argsBeforeDash)

export const namesOf = ({args, argsBeforeDash}: Debug): readonly string[] =>
  argsBeforeDash < 0 ? args : args.slice(0, argsBeforeDash)

const copyMistake = (invocation: Debug): string | undefined => {
  const {flags: own} = invocation
  const command = commandOf(invocation)
  if (own.image === '' && own['set-image'].length === 0 && command.length === 0)
    return 'you must specify --image, --set-image or command arguments.'
  if (command.length > 0 && own.container === '' && own.image === '')
    return 'you must specify an existing container or a new image when specifying args.'
  return own.target === '' ? undefined : '--target is incompatible with --copy-to. Use --share-processes instead.'
}

const plainMistake = ({flags: own}: Debug): string | undefined => {
  if (own.replace) return '--replace may only be used with --copy-to.'
  if (own['same-node']) return '--same-node may only be used with --copy-to.'
  if (own['set-image'].length > 0) return '--set-image may only be used with --copy-to.'
  return own.image === '' ? 'you must specify --image when not using --copy-to.' : undefined
}

const generalMistake = (invocation: Debug): string | undefined => {
  const {flags: own} = invocation
  if (own.image !== '' && !imagePattern.test(own.image))
    return `invalid image name ${JSON.stringify(own.image)}: invalid reference format`
  if (namesOf(invocation).length === 0 && own.filename.length === 0) return 'NAME or filename is required for debug'
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(own['image-pull-policy']))
    return `invalid image pull policy: ${own['image-pull-policy']}`
  if (own.tty && !own.stdin) return '-i/--stdin is required for containers with -t/--tty=true'
  return profiles.includes(own.profile) ? undefined : `unknown profile: ${own.profile}`
}

const checkEnv = (invocation: Debug): void => {
  const wrong = invocation.flags.env.find((text) => text.indexOf('=') < 1)
  if (wrong === undefined) return
  const why = `invalid argument ${JSON.stringify(wrong)} for "--env" flag: ${wrong} must be formatted as key=value`
  throw new UsageMistake(why, `See '${commandPath(invocation)} --help' for usage.`)
}

export const check = (invocation: Debug): void => {
  checkEnv(invocation)
  const mistake =
    (invocation.flags['copy-to'] === '' ? plainMistake(invocation) : copyMistake(invocation)) ??
    generalMistake(invocation)
  if (mistake !== undefined) throw new Error(mistake)
}
