import { availableParallelism } from 'node:os';
import { AppError } from '@steelyard/kernel';
import { FrameKind, type InspectedHeader, type InspectHeader, type LoadedHeader } from '@steelyard/wire';
import type { MaterializedModel, Sweep, Trial, TrialAnswer } from '../engine-host.js';
import { engineErrors } from '../errors.js';
import type { EngineLimits } from '../limits.js';
import type { Choice, Placement, PlacementRequest } from '../residency/placement.js';
import type { Residency, Resident } from '../residency/residency.js';
import type { RunnerLauncher } from '../supervision/runner-launcher.js';
import { loadFailure, type RunnerProcess } from '../supervision/runner-process.js';
import type { RuntimeDescriptions } from '../supervision/runtime-descriptions.js';
import { isLoss, Quarantined } from './quarantined.js';
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
    return this.#withModel(model, 'trial', this.#options.limits.threads, async (quarantined, startMs) => {
      const { loaded, described } = quarantined;
      onLoaded?.(loaded);
      const answers: TrialAnswer[] = [];
      let memoryBytes = loaded.memoryBytes;
      let lost: AppError | undefined;
      let streams = false;
      for (const input of Array.from({ length: rounds }, () => inputs).flat()) {
        const onPart = described.capabilities.streaming && !streams ? () => void (streams = true) : undefined;
        const answer: TrialAnswer = lost ? { ok: false, error: lost } : await runOne(quarantined, input, onPart);
        if (!answer.ok && isLoss(answer.error)) lost = answer.error;
        memoryBytes = Math.max(memoryBytes, quarantined.memoryBytes);
        answers.push(answer);
      }
      return { loaded, answers, memoryBytes, startMs, streams };
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

async function runOne(quarantined: Quarantined, input: Uint8Array, onPart: (() => void) | undefined): Promise<TrialAnswer> {
  const startedAtMs = performance.now();
  try {
    const [answer] = await quarantined.run([input], onPart);
    if (answer instanceof Uint8Array) return { ok: true, output: answer, latencyMs: performance.now() - startedAtMs };
    return { ok: false, error: answer ?? engineErrors.RUNNER_LOST({ label: 'trial', reason: 'it gave no answer' }) };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, error };
    throw error;
  }
}
