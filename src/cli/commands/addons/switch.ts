import {addonNamed, addonsOf, changeAddons} from '../../cluster/addons.ts'
import {startCommand} from '../../cluster/daemon.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {type CommandDefinition, command} from '../../definition.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'

const turn = async (invocation: Invocation, isOn: boolean): Promise<void> => {
  const {args, io, words} = invocation
  const [name, ...more] = args
  if (name === undefined || more.length > 0) throw usageMistake(invocation, `${words.at(-1)} takes one addon`)
  const addon = addonNamed(name)
  const profile = selectedProfile(invocation)
  const others = (await addonsOf(profile)).filter((one) => one !== addon)
  const runs = await changeAddons(profile, isOn ? [...others, addon] : others)
  io.out(`addon "${addon}" ${isOn ? 'enabled' : 'disabled'}\n`)
  if (!runs) io.err(`The cluster is stopped; it will be so from its next start: ${startCommand(profile)}\n`)
}

const switching = (summary: string, isOn: boolean): CommandDefinition =>
  command({
    usage: 'ADDON',
    summary,
    description: `${summary}. Pods go on meanwhile; those that run already keep the DNS settings they started with.`,
    flags: {},
    run: (invocation) => turn(invocation, isOn),
  })

export const enable = switching('Add an addon to the cluster', true)
export const disable = switching('Take an addon away from the cluster', false)
