// Which launcher starts a container: the one its pod's runtime handler names, else the one of the command line. `auto`
// is unshare for image `host` (nothing starts faster, and it needs nothing) and runc or crun for other images, and for
// what only these can do, where one of them is installed and passed a trial.
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import {profileHash} from '../ids.ts'
import type {LauncherName, RuntimeOptions} from '../options.ts'
import {findProgram} from '../run-program.ts'
import type {Tier} from '../tier.ts'
import {type Launch, LaunchError} from './launched.ts'
import {createOciLauncher, type OciProgram} from './oci.ts'
import {plainLauncher} from './plain.ts'
import type {LaunchSpec} from './spec.ts'
import {Trials} from './trials.ts'
import {createUnshareLauncher} from './unshare.ts'

const ociPrograms: readonly OciProgram[] = ['runc', 'crun']

export class Launchers {
  readonly #asked: LauncherName
  readonly #tier: Tier
  readonly #launchers: Readonly<Record<'unshare' | OciProgram, Launch>>
  readonly #trials: Trials

  constructor({launcher, root}: RuntimeOptions, tier: Tier) {
    this.#tier = tier
    if (launcher !== 'auto' && launcher !== 'unshare' && tier.name !== 'root') throw new Error(`${launcher} needs root`)
    if (launcher !== 'auto' && !findProgram(launcher)) throw new Error(`${launcher} is not installed`)
    const cgroupTop = `mini-${profileHash(root)}`
    this.#asked = launcher
    this.#launchers = {
      unshare: createUnshareLauncher(root),
      runc: createOciLauncher(root, 'runc', cgroupTop),
      crun: createOciLauncher(root, 'crun', cgroupTop),
    }
    this.#trials = new Trials(root, (program) => this.#launchers[program])
  }

  /** What a RuntimeClass may name as its handler. */
  get handlers(): string[] {
    if (this.#tier.name === 'plain') return ['']
    if (this.#tier.name !== 'root') return ['', 'unshare']
    return ['', 'unshare', ...ociPrograms.filter((program) => findProgram(program))]
  }

  /** Whether any of them can filter system calls. */
  get canFilter(): boolean {
    return (
      this.#tier.name === 'root' && this.#asked !== 'unshare' && ociPrograms.some((program) => findProgram(program))
    )
  }

  checkHandler(handler: string): void {
    if (!this.handlers.includes(handler))
      throw new GrpcError(grpcCodes.unknown, `failed to get sandbox runtime: no runtime for "${handler}" is configured`)
  }

  async launcherFor(spec: LaunchSpec, handler: string): Promise<Launch> {
    if (this.#tier.name === 'plain') return plainLauncher
    if (this.#tier.name !== 'root') return this.#unfiltered(spec)
    const named = (['unshare', ...ociPrograms] as const).find((name) => name === (handler || this.#asked))
    if (named) return named === 'unshare' ? this.#unfiltered(spec) : this.#launchers[named]
    if (spec.isHostImage && !spec.seccomp) return this.#launchers.unshare
    const working = await this.#trials.firstWorking(ociPrograms)
    return working ? this.#launchers[working] : this.#unfiltered(spec)
  }

  /** The kubelet says of the pod that the default filter is missing; one that somebody wrote is not left out. */
  #unfiltered(spec: LaunchSpec): Launch {
    if (spec.needsSeccomp) throw new LaunchError('a seccomp profile of its own needs runc or crun', 128)
    return this.#launchers.unshare
  }
}
