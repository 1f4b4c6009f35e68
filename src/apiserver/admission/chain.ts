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
    for (const step of this.#steps) if (step.mutate && step.handles(request)) await step.mutate(request, this.#context)
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const step of this.#steps)
      if (step.validate && step.handles(request)) await step.validate(request, this.#context)
  }

  async settle(request: AdmissionRequest, stored: boolean): Promise<void> {
    for (const step of this.#steps)
      if (step.settled && step.handles(request)) await step.settled(request, this.#context, stored)
  }
}
