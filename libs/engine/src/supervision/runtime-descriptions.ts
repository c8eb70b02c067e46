import { FrameKind, type DescribedHeader } from '@steelyard/wire';
import type { EngineLimits } from '../limits.js';
import type { RunnerLauncher } from './runner-launcher.js';
import { loadFailure, type RunnerProcess } from './runner-process.js';

/** A runtime that says nothing of memory yet: room for its libraries. */
const DESCRIBE_MEMORY_MB = 512;

/** What each runtime says of itself and of the devices here, asked once. */
export class RuntimeDescriptions {
  readonly #known = new Map<string, DescribedHeader>();
  readonly #asking = new Map<string, Promise<DescribedHeader>>();
  readonly #launcher: RunnerLauncher;
  readonly #limits: EngineLimits;
  readonly #onKnown: (described: DescribedHeader) => void;

  constructor(launcher: RunnerLauncher, limits: EngineLimits, onKnown: (described: DescribedHeader) => void) {
    this.#launcher = launcher;
    this.#limits = limits;
    this.#onKnown = onKnown;
  }

  /** Asked of a throw-away runner when it is not known yet. */
  of(runtimeName: string): Promise<DescribedHeader> {
    const known = this.#known.get(runtimeName);
    if (known) return Promise.resolve(known);
    const asking = this.#asking.get(runtimeName) ?? this.#askThrowAway(runtimeName).finally(() => this.#asking.delete(runtimeName));
    this.#asking.set(runtimeName, asking);
    return asking;
  }

  /** Asked of a runner that is about to load a model, which spares a start of another. */
  async askOf(runner: RunnerProcess, runtimeName: string, label: string): Promise<DescribedHeader> {
    const known = this.#known.get(runtimeName);
    if (known) return known;
    const work = runner.link.ask<DescribedHeader>(FrameKind.describe, {}, FrameKind.described);
    const described = await runner.within({ timeoutMs: this.#limits.startMs, reason: 'describe-deadline', failure: loadFailure(label) }, work);
    this.#known.set(runtimeName, described);
    this.#onKnown(described);
    return described;
  }

  async #askThrowAway(runtimeName: string): Promise<DescribedHeader> {
    const label = `describe ${runtimeName}`;
    const { process } = await this.#launcher.launch({ label, runtimeName, memoryMb: DESCRIBE_MEMORY_MB });
    try {
      return await this.askOf(process, runtimeName, label);
    } finally {
      process.kill('done');
    }
  }
}
