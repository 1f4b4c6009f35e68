import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A folder of the test's own, removed at the end: `using folder = tempFolder()`. */
export const tempFolder = (prefix = 'mini-test-'): Disposable & {readonly path: string} => {
  const path = mkdtempSync(join(tmpdir(), prefix))
  return {path, [Symbol.dispose]: () => rmSync(path, {recursive: true, force: true})}
}
