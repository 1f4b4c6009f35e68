import {withRuntimes} from '../../cluster/runtime.ts'
import {selectedProfile} from '../../cluster/selected-profile.ts'
import {array, bool, command, string} from '../../definition.ts'
import type {BuildFlags} from '../../image/build.ts'
import {usageMistake} from '../../invocation.ts'

const pairs = (texts: readonly string[], env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    texts.flatMap((text): [string, string][] => {
      const equals = text.indexOf('=')
      if (equals >= 0) return [[text.slice(0, equals), text.slice(equals + 1)]]
      // Without a value it is that of the environment.
      const value = env[text]
      return value === undefined ? [] : [[text, value]]
    }),
  )

export const definition = command({
  usage: 'PATH | URL | -',
  summary: 'Build an image from a Dockerfile, for the pods of the cluster',
  description:
    "Builds an image from a Dockerfile, over the cluster's own runtime. Pods can use it at once, by its tag. Also works while the cluster is stopped. Progress goes to stderr, the image's id to stdout.",
  examples: `  # The Dockerfile of this folder
  mini image build -t my/app .

  # A Dockerfile on stdin, without files
  printf 'FROM host\\nCMD ["date"]\\n' | mini image build -t when -`,
  flags: {
    tag: array('Name of the image, with a tag where it should not be latest.', {short: 't'}),
    file: string("Path to the Dockerfile; '-' for stdin.", {short: 'f'}),
    'build-arg': array('A value for an ARG: name=value, or a name of the environment.'),
    'build-env': array('The same.'),
    'build-opt': array('Flags as docker has them: no-cache, target=x, build-arg=x=y, pull, network=x.'),
    'no-cache': bool('Do every step again.'),
    pull: bool('Ask registries for base images that are here.'),
    target: string('The stage to build.'),
    network: string("What RUN can reach: 'default' (what this machine can) or 'none'.", {default: 'default'}),
    push: bool('Send the image to its registry afterwards.'),
    quiet: bool("Only the image's id.", {short: 'q'}),
    all: bool('On all nodes. They share their images: no difference here.', {hidden: true}),
    node: string('The node to build on. They share their images: no difference here.', {short: 'n', hidden: true}),
  },
  async run(invocation) {
    const {args, flags, io} = invocation
    const [where] = args
    if (where === undefined || args.length > 1)
      throw usageMistake(invocation, "build takes one folder, archive or URL, or '-' for stdin")
    if (flags.push && flags.tag.length === 0) throw usageMistake(invocation, '--push needs --tag')
    const options = new Map(
      flags['build-opt'].map((text): [string, string] => {
        const [, name = '', value = ''] = /^(?:--)?([^=]*)=?(.*)$/s.exec(text) ?? []
        return [name, value]
      }),
    )
    const known = ['no-cache', 'pull', 'target', 'network', 'build-arg']
    const unknown = [...options.keys()].find((name) => !known.includes(name))
    if (unknown)
      throw usageMistake(invocation, `unknown build option ${JSON.stringify(unknown)}: use ${known.join(', ')}`)
    const optionArgs = flags['build-opt'].flatMap((text) => /^(?:--)?build-arg=(.*)$/s.exec(text)?.[1] ?? [])
    const network = options.get('network') ?? flags.network
    if (network !== 'default' && network !== 'host' && network !== 'none')
      throw usageMistake(invocation, `unknown network ${JSON.stringify(network)}: use default or none`)
    const {buildImage} = await import('../../image/build.ts')
    const profile = selectedProfile(invocation)
    const wanted: BuildFlags = {
      where,
      file: flags.file,
      tags: flags.tag,
      buildArgs: pairs([...flags['build-env'], ...flags['build-arg'], ...optionArgs], io.env),
      target: options.get('target') ?? flags.target,
      noCache: flags['no-cache'] || options.has('no-cache'),
      pull: flags.pull || options.has('pull'),
      network,
      push: flags.push,
      quiet: flags.quiet,
    }
    await withRuntimes(profile, (clients) => buildImage(clients, io, wanted, profile))
  },
})
