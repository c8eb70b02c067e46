import { AppError } from '@steelyard/kernel';
import { FrameKind, type InspectedHeader, type InspectHeader, type LoadedHeader } from '@steelyard/wire';
import type { MaterializedModel, Trial, TrialAnswer } from './engine-host.js';
import { engineErrors } from './errors.js';
import type { EngineLimits } from './limits.js';
import type { BatchResult } from './queue/batch-link.js';
import { loadModel } from './supervision/load-model.js';
import type { RunnerLauncher } from './supervision/runner-launcher.js';
import { loadFailure, type RunnerProcess } from './supervision/runner-process.js';
import type { RuntimeDescriptions } from './supervision/runtime-descriptions.js';

export interface TrialRequest {
  readonly model: MaterializedModel;
  readonly inputs: readonly Uint8Array[];
  readonly rounds: number;
  readonly onLoaded: ((loaded: LoadedHeader) => void) | undefined;
}

/** What is not trusted yet: each package gets a runner of its own, under the limits it asks for, that ends afterwards. */
export class Quarantine {
  readonly #launcher: RunnerLauncher;
  readonly #descriptions: RuntimeDescriptions;
  readonly #limits: EngineLimits;

  constructor(launcher: RunnerLauncher, descriptions: RuntimeDescriptions, limits: EngineLimits) {
    this.#launcher = launcher;
    this.#descriptions = descriptions;
    this.#limits = limits;
  }

  inspect(model: MaterializedModel): Promise<InspectedHeader> {
    return this.#withRunner(model, 'inspect', (runner, label) => {
      const header: InspectHeader = { dir: model.dir };
      const work = runner.link.ask<InspectedHeader>(FrameKind.inspect, header, FrameKind.inspected);
      return runner.within({ timeoutMs: model.manifest.limits.loadMs, reason: 'inspect-deadline', failure: loadFailure(label) }, work);
    });
  }

  trial({ model, inputs, rounds, onLoaded }: TrialRequest): Promise<Trial> {
    return this.#withRunner(model, 'trial', async (runner, label) => {
      const { loaded } = await loadModel(runner, { label, model, descriptions: this.#descriptions, limits: this.#limits });
      onLoaded?.(loaded);
      const answers: TrialAnswer[] = [];
      let memoryBytes = loaded.memoryBytes;
      let lost: AppError | undefined;
      for (const input of Array.from({ length: rounds }, () => inputs).flat()) {
        const answer: TrialAnswer = lost ? { ok: false, error: lost } : await this.#runOne(runner, { label, model, input });
        if (!answer.ok && isLoss(answer.error)) lost = answer.error;
        memoryBytes = Math.max(memoryBytes, runner.link.memoryBytes);
        answers.push(answer);
      }
      return { loaded, answers, memoryBytes, startMs: 0, streams: false };
    });
  }

  async #runOne(runner: RunnerProcess, { label, model, input }: { label: string; model: MaterializedModel; input: Uint8Array }): Promise<TrialAnswer> {
    const timeoutMs = model.manifest.limits.runMs;
    const item = { input, bytes: input.length, deadlineAtMs: Date.now() + timeoutMs };
    const startedAtMs = performance.now();
    const work = new Promise<BatchResult>((resolve) => runner.link.run([item], resolve));
    runner.link.flush();
    const failure = ({ reason }: { reason: string }, text: string) =>
      reason === 'run-deadline' ? engineErrors.DEADLINE_EXCEEDED({ label, reason: text }) : engineErrors.RUNNER_LOST({ label, reason: text });
    try {
      const { answers } = await runner.within({ timeoutMs: timeoutMs + this.#limits.killGraceMs, reason: 'run-deadline', failure }, work);
      const [answer] = answers;
      if (answer instanceof Uint8Array) return { ok: true, output: answer, latencyMs: performance.now() - startedAtMs };
      return { ok: false, error: answer ?? engineErrors.RUNNER_LOST({ label, reason: 'it gave no answer' }) };
    } catch (error) {
      if (error instanceof AppError) return { ok: false, error };
      throw error;
    }
  }

  async #withRunner<T>(model: MaterializedModel, purpose: string, act: (runner: RunnerProcess, label: string) => Promise<T>): Promise<T> {
    const { name, version, runtime, resources } = model.manifest;
    const label = `${purpose} ${name}@${version}`;
    const order = { label, runtimeName: runtime.name, memoryMb: resources.memoryMb, modelDir: model.dir };
    const { process } = await this.#launcher.launch(order);
    try {
      return await act(process, label);
    } finally {
      process.kill('done');
      await process.exited;
    }
  }
}

function isLoss(error: Error): error is AppError {
  return error instanceof AppError && error.code.startsWith('ENGINE.');
}
