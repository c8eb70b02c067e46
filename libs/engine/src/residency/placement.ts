import { AppError } from '@steelyard/kernel';
import type { EngineLog, MaterializedModel } from '../engine-host.js';
import { engineErrors } from '../errors.js';
import type { RuntimeDescriptions } from '../supervision/runtime-descriptions.js';
import { estimateNeeds } from './estimate-needs.js';
import type { Needs } from './needs.js';
import type { Place, Residency } from './residency.js';

export interface PlacementOptions {
  readonly descriptions: RuntimeDescriptions;
  readonly residency: Residency;
  readonly log: EngineLog;
}

export interface PlacementRequest {
  readonly digest: string;
  readonly label: string;
  readonly model: MaterializedModel;
  /** Accelerators that it is not tried on any more, each with the reason; {@link Placement.attempt} adds to them. */
  readonly failures: Map<string, string>;
  /** What it took when it was here before. */
  readonly known?: { readonly device: string; readonly needs: Needs } | undefined;
}

/** Where a model is to be loaded. */
export interface Choice {
  readonly device: string;
  readonly place: Place;
  /** Why this is not the accelerator that the model prefers, where its runtime can use one here. */
  readonly why?: string;
}

const MIB = 1024 * 1024;

/**
 * Which device a model goes to, by `resources.gpu` of its manifest: the CPU (`never`), an accelerator (`require`), or an accelerator
 * when it has room without disturbing others and the model loads there, else the CPU (`prefer`).
 */
export class Placement {
  readonly #options: PlacementOptions;

  constructor(options: PlacementOptions) {
    this.#options = options;
  }

  /** @throws AppError `ENGINE.GPU_MISSING` */
  async choose(request: PlacementRequest): Promise<Choice> {
    const { runtime, resources } = request.model.manifest;
    if (resources.gpu === 'never') return this.#on('cpu', request);
    const { devices, unusable = [] } = await this.#options.descriptions.of(runtime.name);
    const accelerators = await Promise.all(devices.filter((device) => device !== 'cpu').map((device) => this.#on(device, request)));
    if (resources.gpu === 'require') {
      if (accelerators.length === 0) throw engineErrors.GPU_MISSING({ label: request.label, runtime: runtime.name, unusable });
      return accelerators.find((choice) => this.#hasRoom(choice)) ?? accelerators[0]!;
    }
    return this.#preferred(accelerators, request);
  }

  /**
   * Chooses a place and has the model loaded there. What does not load on an accelerator that it only prefers is loaded elsewhere,
   * the CPU at last, and not tried there again as long as `failures` are kept.
   */
  async attempt<T>(request: PlacementRequest, load: (choice: Choice) => Promise<T>): Promise<T> {
    for (;;) {
      const choice = await this.choose(request);
      try {
        return await load(choice);
      } catch (error) {
        const isFinal = choice.device === 'cpu' || request.model.manifest.resources.gpu === 'require';
        if (isFinal || (error instanceof AppError && error.code === 'ENGINE.CLOSED')) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        request.failures.set(choice.device, reason);
        this.#options.log.warn({ label: request.label, device: choice.device, reason }, 'model does not load on a device that it prefers');
      }
    }
  }

  async #on(device: string, { digest, label, model, known }: PlacementRequest): Promise<Choice> {
    const needs = known?.device === device ? known.needs : await estimateNeeds(model, device);
    return { device, place: { digest, label, needs } };
  }

  async #preferred(accelerators: readonly Choice[], request: PlacementRequest): Promise<Choice> {
    const { residency } = this.#options;
    const untried = accelerators.filter(({ device }) => !request.failures.has(device));
    const roomy = untried.find((choice) => this.#hasRoom(choice));
    if (roomy) return roomy;
    const cpu = await this.#on('cpu', request);
    // The CPU can never hold it: then it waits for its turn.
    const waited = residency.refusal(cpu.place) && untried.find(({ place }) => !residency.refusal(place));
    if (waited) return waited;
    const why = accelerators.map((choice) => this.#whyNot(choice, request)).join('; ');
    return why === '' ? cpu : { ...cpu, why };
  }

  #hasRoom({ device, place }: Choice): boolean {
    return this.#options.residency.hasRoom(place, device);
  }

  #whyNot({ device, place }: Choice, { failures }: PlacementRequest): string {
    const failure = failures.get(device);
    if (failure !== undefined) return `it did not load on ${device}: ${failure}`;
    const { residency } = this.#options;
    const { usedBytes, reservedBytes } = residency.usageOf(device);
    const [needed, taken, budget] = [place.needs[device] ?? 0, usedBytes + reservedBytes, residency.budgetOf(device)].map((bytes) => Math.ceil(bytes / MIB));
    return `${device} had no room: it needs ${needed} MiB, and ${taken} of ${budget} MiB were taken`;
  }
}
