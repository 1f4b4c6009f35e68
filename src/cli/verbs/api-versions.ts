import {type Invocation, usageMistake} from '../invocation.ts'
import {discover} from '../resources/discovery.ts'

export const apiVersions = async (invocation: Invocation): Promise<void> => {
  const {args, io, connect} = invocation
  if (args.length > 0) throw usageMistake(invocation, `unexpected arguments: [${args.join(' ')}]`)
  const {groups} = await discover((await connect()).client)
  const names = groups.flatMap(({name, versions}) =>
    versions.map((version) => (name === '' ? version : `${name}/${version}`)),
  )
  io.out(
    names
      .toSorted()
      .map((name) => `${name}\n`)
      .join(''),
  )
}
