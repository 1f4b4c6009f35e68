// Bundles the three programs into dist/: the CLI (split, so that a command loads only what it runs), the daemon, the runtime.
import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {type BuildOptions, build} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = `${root}dist`

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  format: 'esm',
  outdir: 'dist',
  // Native code cannot be bundled; its package is a dependency.
  external: ['better-sqlite3'],
  // Bundled CommonJS libraries call require(); ES modules have none.
  banner: {
    js: "import {createRequire as makeRequire} from 'node:module';const require=makeRequire(import.meta.url);",
  },
  define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
}

/** The first file Node reads: turns on its compile cache, then loads the program. Kept apart because it must stay tiny. */
const entry = `import {enableCompileCache} from 'node:module'
enableCompileCache(new URL('./cache/', import.meta.url).pathname)
await import('./cli.js')
`

rmSync(dist, {recursive: true, force: true})
mkdirSync(dist)
await build({...common, splitting: true, chunkNames: 'cli/[name]-[hash]', entryPoints: {cli: 'src/cli/main.ts'}})
const programs = {daemon: 'src/daemon/main.ts', runtime: 'src/runtime/main.ts'}
for (const [name, file] of Object.entries(programs))
  if (existsSync(`${root}${file}`)) await build({...common, entryPoints: {[name]: file}})
writeFileSync(`${dist}/mini.js`, entry)

// Fills the compile cache, so that the first run of a fresh install is as fast as the next.
for (const args of [
  ['version', '--client'],
  ['get', '--help'],
])
  spawnSync(process.execPath, [`${dist}/mini.js`, ...args], {
    stdio: 'ignore',
    env: {...process.env, MINI_HOME: '/nonexistent'},
  })
