// Defaults of volumes: a source, and modes of the files in it.
import type {DownwardAPIVolumeFile, Volume, VolumeProjection} from '../../../schema/types.gen.ts'
import {defaultPullPolicy} from '../../image-name.ts'

const fileMode = 0o644
const tokenLifetimeSeconds = 3600

const defaultItems = (items: readonly DownwardAPIVolumeFile[] | undefined): void => {
  for (const {fieldRef} of items ?? []) if (fieldRef) fieldRef.apiVersion ||= 'v1'
}

const defaultProjection = ({serviceAccountToken, downwardAPI}: VolumeProjection): void => {
  if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= tokenLifetimeSeconds
  defaultItems(downwardAPI?.items)
}

const sourceOf = ({name: _, ...source}: Volume): unknown => Object.values(source).find((value) => value !== undefined)

export const defaultVolume = (volume: Volume): void => {
  if (sourceOf(volume) === undefined) volume.emptyDir = {}
  for (const files of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected])
    if (files) files.defaultMode ??= fileMode
  defaultItems(volume.downwardAPI?.items)
  for (const source of volume.projected?.sources ?? []) defaultProjection(source)
  if (volume.hostPath) volume.hostPath.type ??= ''
  if (volume.image) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference)
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec
  if (claim) claim.volumeMode ??= 'Filesystem'
}
