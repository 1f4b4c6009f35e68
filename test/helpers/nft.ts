// Debian's `nft` as if it were installed: a folder to put in front of PATH.
import {chmodSync, existsSync, mkdirSync, renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {shellQuote} from '../../src/runtime/shell-quote.ts'
import {debianPackage} from './debian.ts'

/** PATH with nft. The program finds its own libraries, whatever the environment it is started in. */
export const pathWithNft = async (): Promise<string> => {
  const {env, program, root} = await debianPackage('nftables')
  const folder = join(root, 'wrapped')
  if (!existsSync(folder)) {
    const work = `${folder}-${process.pid}`
    mkdirSync(work, {recursive: true})
    const words = `LD_LIBRARY_PATH=${shellQuote(env.LD_LIBRARY_PATH ?? '')} exec ${shellQuote(program('nft'))} "$@"`
    writeFileSync(join(work, 'nft'), `#!/bin/sh\n${words}\n`)
    chmodSync(join(work, 'nft'), 0o755)
    // Two tests may come to this at once: the first wins.
    try {
      renameSync(work, folder)
    } catch (error) {
      if (!existsSync(folder)) throw error
    }
  }
  return `${folder}:${process.env.PATH ?? ''}`
}
