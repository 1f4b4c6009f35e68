// A stage of a build between two of its instructions: the layers so far, and what the image will say of itself. Values:
// an instruction makes a new one.
import {platform} from '../images/manifest.ts'

export interface LayerRef {
  readonly digest: string
  readonly size: number
  readonly diffId: string
  readonly mediaType: string
}

export interface HistoryEntry {
  readonly created?: string
  readonly created_by?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}

/** The `config` of an image's configuration, as docker and the OCI have it. */
export interface Settings {
  readonly User?: string
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly WorkingDir?: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Volumes?: Readonly<Record<string, object>>
  readonly StopSignal?: string
  readonly Shell?: readonly string[]
  readonly Healthcheck?: object
  readonly OnBuild?: readonly string[]
}

export interface Stage {
  /** The lowest first. */
  readonly layers: readonly LayerRef[]
  /** They lie on this machine's own root. */
  readonly onHost: boolean
  readonly settings: Settings
  readonly history: readonly HistoryEntry[]
  readonly author: string | undefined
  /** Of the newest layer: the same steps give the same image. */
  readonly created: string | undefined
  /** ARGs that were declared, with their values where they have one. */
  readonly args: ReadonlyMap<string, string | undefined>
  /** A CMD of this Dockerfile, which an ENTRYPOINT leaves alone. */
  readonly ownCmd: boolean
}

export const emptyStage: Stage = {
  layers: [],
  onHost: false,
  settings: {},
  history: [],
  author: undefined,
  created: undefined,
  args: new Map(),
  ownCmd: false,
}

export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c']

export const withSettings = (stage: Stage, settings: Partial<Settings>): Stage => ({
  ...stage,
  settings: {...stage.settings, ...settings},
})

/** What was done, for `docker history`; without a layer of its own unless one is given. */
export const noted = (
  stage: Stage,
  createdBy: string,
  made?: {readonly layer?: LayerRef | undefined; readonly created: string},
): Stage => {
  const entry = {created_by: createdBy, comment: 'mini image build', ...(made ? {created: made.created} : {})}
  if (!made?.layer) return {...stage, history: [...stage.history, {...entry, empty_layer: true}]}
  return {
    ...stage,
    layers: [...stage.layers, made.layer],
    created: made.created,
    history: [...stage.history, entry],
  }
}

export const envOf = ({settings}: Stage): Map<string, string> =>
  new Map(
    (settings.Env ?? []).map((entry) => {
      const equals = entry.indexOf('=')
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
    }),
  )

/** The configuration as a file. */
export const configFileOf = ({author, created, history, layers, settings}: Stage): Buffer =>
  Buffer.from(
    JSON.stringify({
      created: created ?? new Date(0).toISOString(),
      ...(author ? {author} : {}),
      ...platform,
      config: settings,
      rootfs: {type: 'layers', diff_ids: layers.map(({diffId}) => diffId)},
      history,
    }),
  )
