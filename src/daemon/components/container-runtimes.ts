// Keeps mini-cri running, a process a node. It lives on when the daemon dies, and is found again by the next one; an
// orderly stop ends the containers first.
import {type ChildProcess, spawn} from 'node:child_process'
import {closeSync, existsSync, mkdirSync, openSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Component, DaemonContext} from '../component.ts'
import {registryFlags} from '../config.ts'
import type {RuntimePlace} from '../runtime-places.ts'
import {endRuntime, keepRuntime, rememberPid, stopContainers} from '../runtime-process.ts'
import {hostTier} from '../runtime-tier.ts'
import {keepUnlessPaused} from './frozen.ts'

/** Beside the bundle, or in the source tree. */
const program = (): string => {
  const bundled = fileURLToPath(new URL('./runtime.js', import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../runtime/main.ts', import.meta.url))
}

/** Little memory and few threads: it mostly waits. */
const nodeFlags = ['--max-semi-space-size=1', '--max-old-space-size=512', '--optimize-for-size', '--single-threaded-gc']

const start = ({config, profile}: DaemonContext, {podCidrs, root, socket}: RuntimePlace): ChildProcess => {
  mkdirSync(root, {recursive: true, mode: 0o700})
  mkdirSync(profile.logs, {recursive: true})
  const log = openSync(join(profile.logs, 'runtime.log'), 'a', 0o600)
  try {
    const [command = '', ...words] = [...hostTier().enter, process.execPath]
    const child = spawn(
      command,
      [
        ...words,
        ...nodeFlags,
        program(),
        '--root',
        root,
        '--socket',
        socket,
        '--images',
        profile.images,
        '--pod-cidr',
        podCidrs.join(','),
        '--home',
        profile.home,
        '--mask',
        profile.home,
        '--launcher',
        config.launcher,
        ...(config.cniConfDir ? ['--cni-conf-dir', config.cniConfDir] : []),
        ...(config.cniBinDir ? ['--cni-bin-dir', config.cniBinDir] : []),
        ...registryFlags(config),
      ],
      {stdio: ['ignore', log, log], detached: true, cwd: '/'},
    )
    child.unref()
    rememberPid(root, child)
    return child
  } finally {
    closeSync(log)
  }
}

const stop = async (context: DaemonContext, place: RuntimePlace): Promise<void> => {
  await stopContainers(place).catch((error) => context.logger.warn('containers not stopped', {error}))
  await endRuntime(context, place)
}

export const containerRuntimes: Component = {
  name: 'container-runtime',
  wanted: ({containerRuntimeEndpoint, runtime}) => runtime === 'mini' && !containerRuntimeEndpoint,
  async run(context, signal) {
    await context.places.follow(signal, (place, ending) =>
      keepUnlessPaused(place, ending, {
        keep: () => keepRuntime(context, place, ending, () => start(context, place)),
        stop: () => stop(context, place),
      }),
    )
  },
}
