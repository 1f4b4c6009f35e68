// --dry-run: none, client or server.
export type DryRun = 'none' | 'client' | 'server'

export const dryRunOf = (value: string): DryRun => {
  if (value === 'none' || value === 'client' || value === 'server') return value
  if (value === 'unchanged')
    throw new Error('--dry-run flag without a value was specified. A value must be set: "none", "server", or "client".')
  throw new Error(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`)
}

/** Behind what was done: `created (dry run)`. */
export const withDryRun = (operation: string, dryRun: DryRun): string =>
  dryRun === 'none' ? operation : `${operation} (${dryRun === 'server' ? 'server dry run' : 'dry run'})`
