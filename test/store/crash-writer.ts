// Writes without pause until it is killed. Prints "ready", then what was acknowledged, a line for each write.
import {writeSync} from 'node:fs'
import {openStore} from '../../src/store/sqlite/open.ts'
import {bytes, revisionOf} from './contract.ts'

const [file = '', run = ''] = process.argv.slice(2)
const store = await openStore({file, retention: {maxVersions: 200}})
writeSync(1, 'ready\n')

const writer = async (name: number): Promise<void> => {
  for (let number = 0; ; number++) {
    // Several keys change in one turn: one commit, all or nothing.
    const key = `/w${name}/${number % 20}`
    const value = bytes(`${run}.${number}${'.'.repeat((number * 37) % 3000)}`)
    const put = store.get(key) === undefined ? store.create(key, value) : store.update(key, value)
    const pair = [put, number % 7 === 6 ? store.delete(key) : store.update(key, value)]
    const [, last = 0] = (await Promise.all(pair)).map(revisionOf)
    writeSync(1, `${last} ${key} ${number % 7 === 6 ? '-' : `${run}.${number}.`}\n`)
  }
}

await Promise.all([0, 1, 2, 3].map(writer))
