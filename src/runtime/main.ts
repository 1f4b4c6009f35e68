// mini-cri: an embedded container runtime, a CRI v1 server in a process of its own.
import {chmodSync, mkdirSync, rmSync} from 'node:fs'
import {dirname} from 'node:path'
import {criMethods} from '../lib/cri/service.ts'
import {createGrpcServer} from '../lib/grpc/server.ts'
import {scratchPlaces} from './build/run-build.ts'
import {clearScratch} from './build/scratch.ts'
import {cleanUpRuntime} from './cleanup.ts'
import {profileHash} from './ids.ts'
import {Images} from './images/images.ts'
import {Launchers} from './launch/choose.ts'
import {parseOptions, type RuntimeOptions} from './options.ts'
import {Runtime} from './runtime.ts'
import {containerHandlers} from './services/containers.ts'
import {imageToolMethods} from './services/image-tools.ts'
import {imageHandlers} from './services/images.ts'
import {sandboxHandlers} from './services/sandboxes.ts'
import {statsHandlers} from './services/stats.ts'
import {statusHandlers} from './services/status.ts'
import {streamHandlers} from './services/streams.ts'
import {StreamingServer} from './streaming/server.ts'
import {readTier} from './tier.ts'

const serve = (options: RuntimeOptions): void => {
  mkdirSync(options.root, {recursive: true, mode: 0o700})
  mkdirSync(dirname(options.socket), {recursive: true, mode: 0o700})
  rmSync(options.socket, {force: true})
  const tier = readTier()
  const runtime = new Runtime(options, {
    tier,
    images: new Images(options.images, options, profileHash(options.root)),
    launchers: new Launchers(options, tier),
  })
  const runtimeService = {
    ...sandboxHandlers(runtime),
    ...containerHandlers(runtime),
    ...statsHandlers(runtime),
    ...streamHandlers(runtime, new StreamingServer(runtime)),
  }
  const server = createGrpcServer(
    new Map([
      ...imageToolMethods(runtime),
      ...criMethods({
        RuntimeService: {...statusHandlers(runtime), ...(options.imagesOnly ? {} : runtimeService)},
        ImageService: imageHandlers(runtime),
      }),
    ]),
  )
  server.listen(options.socket, () => {
    chmodSync(options.socket, 0o600)
    if (!options.imagesOnly && runtime.tier.name === 'root' && !runtime.cni) runtime.spares.makeLater()
    void runtime.images.tidy([...runtime.containers.keys()])
    clearScratch(scratchPlaces(runtime))
  })
  const stop = (): void => {
    runtime.spares.closeNow()
    if (options.imagesOnly) {
      runtime.cgroups.removeAll()
      rmSync(scratchPlaces(runtime).building, {recursive: true, force: true})
    }
    rmSync(options.socket, {force: true})
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // For one command, whose end is the end of this input.
  if (options.imagesOnly) process.stdin.on('close', stop).resume()
}

// A promise somebody forgot must not take every container with it.
process.on('unhandledRejection', (error) => console.error('unhandled rejection', error))

const options = parseOptions(process.argv.slice(2))
if (options.cleanup) await cleanUpRuntime(options.root)
else serve(options)
