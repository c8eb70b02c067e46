import { availableParallelism } from 'node:os';
import { FrameKind, type InspectedHeader, type InspectHeader, type LoadedHeader } from '@steelyard/wire';
import type { MaterializedModel, Sweep, Trial } from '../engine-host.js';
import type { EngineLimits } from '../limits.js';
import type { Choice, Placement, PlacementRequest } from '../residency/placement.js';
import type { Residency, Resident } from '../residency/residency.js';
import type { RunnerLauncher } from '../supervision/runner-launcher.js';
import { loadFailure, type RunnerProcess } from '../supervision/runner-process.js';
import type { RuntimeDescriptions } from '../supervision/runtime-descriptions.js';
import { Quarantined } from './quarantined.js';
import { runTrial } from './run-trial.js';
import { sweepModel } from './sweep-model.js';

export interface QuarantineOptions {
  readonly launcher: RunnerLauncher;
  readonly descriptions: RuntimeDescriptions;
  readonly placement: Placement;
  readonly residency: Residency;
  readonly limits: EngineLimits;
}

export interface TrialRequest {
  readonly model: MaterializedModel;
  readonly inputs: readonly Uint8Array[];
  readonly rounds: number;
  readonly onLoaded: ((loaded: LoadedHeader) => void) | undefined;
}

interface Started {
  readonly runner: RunnerProcess;
  readonly label: string;
  readonly startMs: number;
}

/**
 * What is not trusted yet: each package gets a runner of its own, under the limits it asks for, that ends afterwards. One that
 * loads a model takes a place in memory as any other.
 */
export class Quarantine {
  readonly #options: QuarantineOptions;

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  inspect(model: MaterializedModel): Promise<InspectedHeader> {
    return this.#withRunner(model, 'inspect', ({ runner, label }) => {
      const header: InspectHeader = { dir: model.dir };
      const work = runner.link.ask<InspectedHeader>(FrameKind.inspect, header, FrameKind.inspected);
      return runner.within({ timeoutMs: model.manifest.limits.loadMs, reason: 'inspect-deadline', failure: loadFailure(label) }, work);
    });
  }

  trial({ model, inputs, rounds, onLoaded }: TrialRequest): Promise<Trial> {
    const { threads, trialMs } = this.#options.limits;
    return this.#withModel(model, 'trial', threads, async (quarantined, startMs) => {
      const { loaded } = quarantined;
      onLoaded?.(loaded);
      return { loaded, startMs, ...(await runTrial(quarantined, { inputs, rounds, trialMs })) };
    });
  }

  sweep(model: MaterializedModel, inputs: readonly Uint8Array[], budgetMs: number): Promise<Sweep> {
    const { residency, limits } = this.#options;
    return sweepModel({
      manifest: model.manifest,
      inputs,
      budgetMs,
      cores: availableParallelism(),
      batchBytes: limits.batchBytes,
      deviceBytes: (device) => residency.budgetOf(device),
      withModel: (threads, act) => this.#withModel(model, 'sweep', threads, act),
    });
  }

  /** On the device that calls would run on. */
  async #withModel<T>(model: MaterializedModel, purpose: string, threads: number, act: (quarantined: Quarantined, startMs: number) => Promise<T>): Promise<T> {
    const { residency, placement, descriptions, limits } = this.#options;
    const request: PlacementRequest = { digest: model.dir, label: labelOf(model, purpose), model, failures: new Map() };
    const guest: Resident = { evictable: false, usedAtMs: 0, evict: () => {}, retire: () => {} };
    let started: Started | undefined;
    const ended = async (): Promise<void> => {
      await end(started);
      residency.leave(guest);
    };
    const load = async ({ place, device }: Choice): Promise<Quarantined> => {
      await ended();
      await residency.admit(guest, place);
      started = await this.#start(model, purpose);
      return Quarantined.load({ ...started, model, device, descriptions, limits, threads });
    };
    try {
      const quarantined = await placement.attempt(request, load);
      return await act(quarantined, started!.startMs);
    } finally {
      await ended();
    }
  }

  async #withRunner<T>(model: MaterializedModel, purpose: string, act: (started: Started) => Promise<T>): Promise<T> {
    const started = await this.#start(model, purpose);
    try {
      return await act(started);
    } finally {
      await end(started);
    }
  }

  async #start(model: MaterializedModel, purpose: string): Promise<Started> {
    const { runtime, resources } = model.manifest;
    const label = labelOf(model, purpose);
    const order = { label, runtimeName: runtime.name, memoryMb: resources.memoryMb, modelDir: model.dir };
    const { process, startMs } = await this.#options.launcher.launch(order);
    return { runner: process, label, startMs };
  }
}

async function end(started: Started | undefined): Promise<void> {
  started?.runner.kill('done');
  await started?.runner.exited;
}

function labelOf({ manifest: { name, version } }: MaterializedModel, purpose: string): string {
  return `${purpose} ${name}@${version}`;
}
