// kustomize: from a folder with a kustomization to the objects it makes.
import type {Io} from '../io.ts'
import type {Obj} from '../objects.ts'
import {accumulate} from './accumulate.ts'
import {addBuildMetadata} from './build-metadata.ts'
import type {NameReference} from './configurations.ts'
import {openFolder} from './folder.ts'
import {addHashes} from './generators.ts'
import {inLegacyOrder} from './order.ts'
import {fixReferences} from './references.ts'

export interface BuildOptions {
  /** Files may lie outside of the kustomization's folder. */
  readonly anywhere?: boolean | undefined
}

export const buildKustomization = async (folder: string, io: Io, options: BuildOptions = {}): Promise<Obj[]> => {
  const opened = openFolder(folder, io)
  try {
    const references: NameReference[] = []
    const place = {
      folder: opened.path,
      io,
      anywhere: options.anywhere === true,
      above: [],
      references,
      schemas: new Map(),
    }
    const {items, kustomization} = accumulate(place)
    addHashes(items)
    fixReferences(items, references)
    addBuildMetadata(opened.path, kustomization.buildMetadata ?? [], items)
    const ordered =
      kustomization.sortOptions?.order === 'fifo'
        ? items
        : inLegacyOrder(items, kustomization.sortOptions?.legacySortOptions)
    return ordered.map(({object}) => object)
  } finally {
    opened.close()
  }
}
