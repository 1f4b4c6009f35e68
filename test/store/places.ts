import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Store} from '../../src/store/contract.ts'
import {openStore} from '../../src/store/sqlite/open.ts'
import type {StoreOptions} from '../../src/store/sqlite/options.ts'

export interface Place extends Disposable {
  readonly folder: string
  readonly file: string
}

/** A folder of the test's own, gone when it ends. */
export const newPlace = (parent = tmpdir()): Place => {
  const folder = mkdtempSync(join(parent, 'mini-store-'))
  return {
    folder,
    file: join(folder, 'state.db'),
    [Symbol.dispose]: () => rmSync(folder, {recursive: true, force: true}),
  }
}

/** A store whose folder goes with it. */
export const openTemporaryStore = async (options: Omit<StoreOptions, 'file'> = {}): Promise<Store> => {
  const place = newPlace()
  const store = await openStore({...options, file: place.file})
  const dispose = store[Symbol.asyncDispose].bind(store)
  store[Symbol.asyncDispose] = async () => {
    await dispose()
    place[Symbol.dispose]()
  }
  return store
}
