import {chmod, mkdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {hasReason} from '../../api/errors.ts'
import {storageClasses} from '../../api/resources.ts'
import {configuredControllers} from '../../controllers/configured.ts'
import {controllers as specs} from '../../controllers/index.ts'
import {standardClass} from '../../controllers/storage/host-path.ts'
import {runControllers} from '../../reconcile/run.ts'
import {administrator, type Component, type DaemonContext} from '../component.ts'
import {loadBalancerPool} from '../load-balancer-pool.ts'

/** Volumes of the default storage class are folders of the profile. */
const volumeFolders = (root: string) => ({
  makeDirectory: async (volume: string) => {
    const folder = join(root, volume)
    await mkdir(folder, {recursive: true, mode: 0o777})
    // mkdir's mode is narrowed by the umask; any user of a pod may write.
    await chmod(folder, 0o777)
    return folder
  },
  removeDirectory: (volume: string) => rm(join(root, volume), {recursive: true, force: true}),
})

const configured = ({pki, config, profile}: DaemonContext) =>
  configuredControllers({
    caCertificate: pki.caCertificate,
    authority: pki,
    podCidrs: config.podCidrs,
    loadBalancerPool: loadBalancerPool(config),
    hostPath: config.addons.includes('storage') ? volumeFolders(profile.volumes) : undefined,
  })

/** Made at every start where it is missing; one that was changed stays as it is. */
const createStandardClass = async ({clientOf, logger}: DaemonContext): Promise<void> => {
  try {
    await clientOf(administrator, 'minid').create(storageClasses, standardClass)
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) logger.warn('the standard storage class could not be created', {error})
  }
}

export const controllers: Component = {
  name: 'controller-manager',
  usesAddons: true,
  wanted: () => true,
  run: async (context, signal) => {
    const {clientOf, informers, clock, random, logger, config} = context
    if (config.addons.includes('storage')) await createStandardClass(context)
    return runControllers([...specs, ...configured(context)], {
      // Each controller acts as its own service account; who may do that is the administrator.
      client: clientOf(administrator, 'kube-controller-manager'),
      informers,
      clock,
      random,
      logger,
      signal,
    })
  },
}
