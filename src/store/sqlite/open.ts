import type {Store} from '../contract.ts'
import {openDatabase, openError} from './database.ts'
import {Disk} from './disk.ts'
import {load} from './load.ts'
import {Log} from './log.ts'
import {type StoreOptions, settingsOf} from './options.ts'
import {SqliteStore} from './store.ts'

/** Opens the store in `file`, which is made if it does not exist. Its folder must. */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const settings = settingsOf(options)
  const {file, retention, durable} = settings
  const db = openDatabase(file)
  try {
    const log = new Log(db, file)
    const loaded = load(log, retention)
    const disk = new Disk(db, file, durable)
    await disk.settle()
    return new SqliteStore({...loaded, settings, db, log, disk})
  } catch (error) {
    db.close()
    throw openError(error, file)
  }
}
