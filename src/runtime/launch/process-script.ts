// The last step of every launch and every exec: become the user, give up what must be given up, run the command.
import {shellQuote, shellWords} from '../shell-quote.ts'
import type {ProcessSpec} from './spec.ts'
import type {Tools} from './tools.ts'

const capabilityFlags = (capabilities: readonly string[] | undefined): string[] => {
  if (!capabilities) return []
  const kept = capabilities.map((name) => `,+${name}`).join('')
  return ['--inh-caps', '-all', '--bounding-set', `-all${kept}`]
}

const userFlags = ({gid, groups, keepsGroups, uid}: ProcessSpec['user']): string[] => [
  '--reuid',
  String(uid),
  '--regid',
  String(gid),
  ...(keepsGroups ? ['--keep-groups'] : groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups']),
]

export interface ProcessScriptOptions {
  /** An exec starts elsewhere and has to go to the container's folder. */
  readonly changesFolder?: boolean | undefined
  /** An exec ends with whoever asked for it. */
  readonly diesWithParent?: boolean | undefined
  /** Shells hand their terminal back to whom they had it from: that must be a process they can see. */
  readonly leadsTerminal?: boolean | undefined
}

/** The words to run, for a shell. */
export const processScript = (process: ProcessSpec, tools: Tools, options: ProcessScriptOptions = {}): string => {
  const flags = [
    ...(options.diesWithParent ? ['--pdeathsig', 'KILL'] : []),
    ...(process.noNewPrivileges ? ['--no-new-privs'] : []),
    ...capabilityFlags(process.capabilities),
    ...userFlags(process.user),
  ]
  const env = process.env.map(([name, value]) => shellQuote(`${name}=${value}`)).join(' ')
  const go = options.changesFolder ? ` -C ${shellQuote(process.cwd)}` : ''
  const lead = options.leadsTerminal ? `${tools('setsid')} --ctty ` : ''
  return `${lead}${tools('setpriv')} ${shellWords(flags)} ${tools('env')} -i${go} ${env} ${shellWords(process.command)}`
}
