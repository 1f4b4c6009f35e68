import type {flags} from '../../commands/kuberc/view.ts'
import type {Invocation} from '../../invocation.ts'
import {kubercFile, readKuberc} from '../../kuberc-file.ts'
import {writeYaml} from '../../yaml/write.ts'

export const kubercView = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io} = invocation
  const file = kubercFile(invocation)
  const preferences = readKuberc(file)
  if (!preferences) throw new Error(`no kuberc configuration found at ${file}`)
  if (own.output === 'json') io.out(`${JSON.stringify(preferences, null, 4)}\n`)
  else if (own.output === 'yaml') io.out(writeYaml(preferences))
  else
    throw new Error(
      `unable to match a printer suitable for the output format "${own.output}", allowed formats are: json,yaml`,
    )
}
