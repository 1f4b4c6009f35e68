// What can go wrong with the place the store keeps its data, for every implementation.

/** A write was refused for want of space. Nothing changed; reads go on; writes work again when space returns. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError'
  readonly file: string
  constructor(file: string, options?: ErrorOptions) {
    super(
      `no space left on the disk of ${file}: nothing was written; reads go on, free some space and try again`,
      options,
    )
    this.file = file
  }
}

/** The file is damaged. It is left exactly where it is. */
export class CorruptStoreError extends Error {
  override readonly name = 'CorruptStoreError'
  readonly file: string
  constructor(file: string, finding: string, options?: ErrorOptions) {
    super(
      `${file} is damaged (${finding}). It was left as it is. ` +
        'Put a snapshot in its place with "mini snapshot restore", or begin anew with "mini profile delete".',
      options,
    )
    this.file = file
  }
}

export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError'
  constructor(file: string, options?: ErrorOptions) {
    super(`${file} is in use by another process`, options)
  }
}

export class NewerStoreError extends Error {
  override readonly name = 'NewerStoreError'
  constructor(file: string, found: number, known: number) {
    super(`${file} was written by a newer mini (format ${found}; this one knows ${known}): use that version to open it`)
  }
}

export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError'
  constructor() {
    super('the store is closed')
  }
}

/** The disk failed in a way that leaves open what is on it: writes are over until the store is opened again. */
export class StoreFailedError extends Error {
  override readonly name = 'StoreFailedError'
  constructor(file: string, options?: ErrorOptions) {
    super(`the disk under ${file} failed; writes are refused until mini is started again`, options)
  }
}
