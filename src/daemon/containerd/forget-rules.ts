// Address translation that the CNI plugins left in iptables when containerd was killed: found by the network's name,
// which every such rule has in its comment.
import {tryProgram} from '../../runtime/run-program.ts'

/** `listing` is what `iptables -S` says; rules of a chain by their numbers, the last first. */
export const rulesNaming = (listing: string, network: string): ReadonlyMap<string, readonly number[]> => {
  const counts = new Map<string, number>()
  const found = new Map<string, number[]>()
  for (const [, chain = '', rule = ''] of listing.matchAll(/^-A (\S+)(.*)$/gm)) {
    const number = (counts.get(chain) ?? 0) + 1
    counts.set(chain, number)
    if (rule.includes(`name: \\"${network}\\"`)) found.set(chain, [number, ...(found.get(chain) ?? [])])
  }
  return found
}

const isOfOnePod = (chain: string): boolean => /^CNI-(DN-)?[0-9a-f]{16,}$/.test(chain)

export const forgetRules = async (network: string): Promise<void> => {
  const nat = (...words: readonly string[]) => tryProgram('iptables', ['--wait', '--table', 'nat', ...words])
  const {code, stdout} = await nat('-S')
  if (code !== 0) return
  const found = rulesNaming(stdout, network)
  for (const [chain, numbers] of found) for (const number of numbers) await nat('-D', chain, String(number))
  for (const chain of found.keys()) if (isOfOnePod(chain)) await nat('-X', chain)
}
