// What the store does for itself: drop old history while nobody writes, give freed pages back to the file system, and
// tell idle watchers how far they are.
import type {Timer} from '../../lib/clock.ts'
import type {Disk} from './disk.ts'
import type {StoreSettings} from './options.ts'
import type {Retention} from './retention.ts'
import type {WatchHub} from './watch-hub.ts'
import type {Writer} from './writer.ts'

interface MaintenanceParts {
  readonly settings: StoreSettings
  readonly disk: Disk
  readonly retention: Retention
  readonly writer: Writer
  readonly hub: WatchHub
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class Maintenance {
  readonly #parts: MaintenanceParts
  #timers: Timer[] = []
  #isStopped = false

  constructor(parts: MaintenanceParts) {
    this.#parts = parts
    const {progressIntervalMs, maintenanceIntervalMs} = parts.settings
    this.#every(0, progressIntervalMs, () => parts.hub.tellProgress(parts.writer.durable))
    this.#every(1, maintenanceIntervalMs, () => void this.#round())
  }

  /** Drops everything that is due, a small commit at a time. */
  async clearHistory(): Promise<void> {
    const {retention, writer, settings} = this.#parts
    while (!this.#isStopped && retention.isDue(settings.clock.now())) {
      await writer.tidy()
      await nextTurn()
    }
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) timer.cancel()
  }

  #every(index: number, intervalMs: number, call: () => void): void {
    const {clock} = this.#parts.settings
    const again = (): void => {
      if (this.#isStopped) return
      call()
      this.#timers[index] = clock.after(intervalMs, again)
    }
    this.#timers[index] = clock.after(intervalMs, again)
  }

  async #round(): Promise<void> {
    try {
      await this.clearHistory()
      while (!this.#isStopped && this.#parts.disk.hasSparePages()) {
        await this.#parts.writer.tidy()
        await nextTurn()
      }
    } catch (error) {
      // A full disk, most likely: the next round tries again, and writers hear of it themselves.
      this.#parts.settings.logger.warn('store maintenance failed', {error: String(error)})
    }
  }
}
