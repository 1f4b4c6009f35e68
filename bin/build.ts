// Bundles the three programs into dist/: the CLI (twice: whole, and for the commands people wait for), the daemon, the runtime.
import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {builtinModules} from 'node:module'
import {fileURLToPath} from 'node:url'
import {type BuildOptions, build, type Plugin} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = `${root}dist`

/**
 * Node's own modules, asked for when the module that imports them is: ES imports are all carried out before the first
 * line runs. And an ES import of node:http reads all its exports, one of which is a getter that loads a whole second
 * HTTP client: 50 ms and megabytes for something nobody here uses. This way it stays asleep.
 */
const sleepyBuiltins: Plugin = {
  name: 'sleepy-builtins',
  setup: ({onResolve, onLoad}) => {
    const filter = new RegExp(`^(node:)?(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`)
    onResolve({filter}, ({path}) => ({path: path.replace(/^node:/, ''), namespace: 'builtin'}))
    onLoad({filter: /^/, namespace: 'builtin'}, ({path}) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}')`,
      loader: 'js',
    }))
  },
}

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  format: 'esm',
  outdir: 'dist',
  // Native code cannot be bundled, nor what finds its own files by where it lies; their packages are dependencies.
  external: ['better-sqlite3', '@oclif/core'],
  // Bundled CommonJS libraries call require(); ES modules have none.
  banner: {
    js: "import {createRequire as makeRequire} from 'node:module';const require=makeRequire(import.meta.url);",
  },
  define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [sleepyBuiltins],
}

/** Commands people wait for. They have a bundle of their own: what a command does not need costs it time even unread. */
const hotCommands = ['get', 'version', 'apply', 'delete']

/** In the hot bundle the other commands are only names: it is not asked for them. */
const onlyHot: Plugin = {
  name: 'only-hot',
  setup: ({onResolve}) => {
    const hot = new Set(hotCommands.map((name) => `./${name}.ts`))
    onResolve({filter: /^\.\/[a-z-]+\.ts$/}, ({path, kind, importer}) =>
      kind === 'dynamic-import' && importer.includes('/src/cli/commands/') && !hot.has(path)
        ? {path: './cli.js', external: true}
        : undefined,
    )
  },
}

/** Large, and needed by the fewest of hot runs: files of their own beside the hot bundle. */
const apart: Readonly<Record<string, string>> = {definitions: 'src/api/schema/definitions.gen.ts', 'js-yaml': 'js-yaml'}

const keepApart: Plugin = {
  name: 'keep-apart',
  setup: ({onResolve}) => {
    onResolve({filter: /(?:^|\/)(?:definitions\.gen\.ts|js-yaml)$/}, ({path, kind}) =>
      kind === 'entry-point'
        ? undefined
        : {path: path.endsWith('.ts') ? './definitions.cjs' : './js-yaml.cjs', external: true},
    )
  },
}

/** The first file Node reads: turns on its compile cache, then loads the program. Kept apart because it must stay tiny. */
const entry = `'use strict'
require('node:module').enableCompileCache(__dirname + '/cache')
const {argv} = process
const word = argv[argv[2] === 'kubectl' ? (argv[3] === '--' ? 4 : 3) : 2]
if (${JSON.stringify(hotCommands)}.includes(word)) require('./hot.cjs')
else import('./cli.js')
`

rmSync(dist, {recursive: true, force: true})
mkdirSync(dist)
await build({...common, entryPoints: {cli: 'src/cli/main.ts'}})
// CommonJS: Node's loader of ES modules is a third of what it takes to start.
const commonJs: BuildOptions = {...common, format: 'cjs', banner: {}, outExtension: {'.js': '.cjs'}}
await build({
  ...commonJs,
  plugins: [sleepyBuiltins, onlyHot, keepApart],
  entryPoints: {hot: 'src/cli/main.ts'},
})
await build({...commonJs, entryPoints: {...apart}})
const programs = {daemon: 'src/daemon/main.ts', runtime: 'src/runtime/main.ts'}
for (const [name, file] of Object.entries(programs))
  if (existsSync(`${root}${file}`)) await build({...common, entryPoints: {[name]: file}})
writeFileSync(`${dist}/mini.cjs`, entry)

// Fills the compile cache, so that the first run of a fresh install is as fast as the next.
for (const args of [['version', '--client'], ['get', 'pods'], ['apply', '-f', '/dev/null'], ['help']])
  spawnSync(process.execPath, ['--min-semi-space-size=4', `${dist}/mini.cjs`, ...args], {
    stdio: 'ignore',
    env: {...process.env, MINI_HOME: '/nonexistent'},
  })
