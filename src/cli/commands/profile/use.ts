import {profileNamed} from '../../../client/profile.ts'
import {chooseProfile} from '../../cluster/chosen-profile.ts'
import {command} from '../../definition.ts'
import {usageMistake} from '../../invocation.ts'

export const definition = command({
  usage: 'NAME',
  summary: 'Choose the cluster that commands are about',
  flags: {},
  async run(invocation) {
    const {args, io} = invocation
    const [name] = args
    if (name === undefined || args.length > 1) throw usageMistake(invocation, 'use takes the name of one profile')
    chooseProfile(io.env, profileNamed(name, io.env).name)
    io.out(`profile "${name}" is used from now on\n`)
  },
})
