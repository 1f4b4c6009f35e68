// Runs the admission steps in their order.
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from './contract.ts'

export class AdmissionChain {
  readonly #steps: readonly AdmissionStep[]
  readonly #context: AdmissionContext

  constructor(steps: readonly AdmissionStep[], context: AdmissionContext) {
    this.#steps = steps
    this.#context = context
  }

  async mutate(request: AdmissionRequest): Promise<void> {
    await this.#mutateWith(this.#steps, request)
    const {rounds} = request
    if (!rounds?.wanted) return
    rounds.isSecond = true
    // What a step reserved it keeps: those that give back are not asked twice.
    await this.#mutateWith(
      this.#steps.filter(({settled}) => !settled),
      request,
    )
  }

  async #mutateWith(steps: readonly AdmissionStep[], request: AdmissionRequest): Promise<void> {
    for (const step of steps)
      if (step.mutate && step.handles(request)) {
        // Most steps answer at once: only those that do not are waited for.
        const waiting = step.mutate(request, this.#context)
        if (waiting) await waiting
      }
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const step of this.#steps)
      if (step.validate && step.handles(request)) {
        const waiting = step.validate(request, this.#context)
        if (waiting) await waiting
      }
  }

  async settle(request: AdmissionRequest, stored: boolean): Promise<void> {
    for (const step of this.#steps)
      if (step.settled && step.handles(request)) {
        const waiting = step.settled(request, this.#context, stored)
        if (waiting) await waiting
      }
  }
}
