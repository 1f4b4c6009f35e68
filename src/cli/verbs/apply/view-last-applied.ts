import {parseBigJson} from '../../big-json.ts'
import type {flags} from '../../commands/apply/view-last-applied.ts'
import {gather} from '../../input/select.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'
import {lastAppliedOf} from '../../last-applied.ts'
import {indentedJson} from '../../output/json.ts'
import {together} from '../../report-error.ts'
import {writeYaml} from '../../yaml/write.ts'

export const applyViewLastApplied = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (!['', 'yaml', 'json'].includes(own.output))
    throw usageMistake(
      invocation,
      `Unexpected -o output mode: ${own.output}, the flag 'output' must be one of yaml|json`,
    )
  const {infos, errors} = await gather({
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    selector: own.selector,
    selectAll: own.all,
    latest: true,
  })
  if (errors.length > 0) throw together(errors)
  for (const {object} of infos) {
    const text = lastAppliedOf(object)
    if (text === '') continue
    const value: unknown = parseBigJson(text)
    io.out(own.output === 'json' ? `${indentedJson(value, '  ')}\n` : writeYaml(value))
  }
}
