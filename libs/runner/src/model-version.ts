import { AppError } from '@steelyard/kernel';
import type { Manifest } from '@steelyard/model-package';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { decodeValue, encodeValue, toWireError } from '@steelyard/wire';
import type { RanHeader, RanItem, RunHeader } from '@steelyard/wire';
import { BatchContext } from './batch-context.js';
import { anonymousMemoryBytes } from './memory.js';
import { compilePipeline } from './pipeline.js';
import type { Pipeline } from './pipeline.js';

export interface BatchAnswer {
  readonly header: RanHeader;
  /** The CBOR of the outputs that succeeded, in order. */
  readonly bodies: readonly Uint8Array[];
}

export interface ModelVersionOptions {
  readonly manifest: Manifest;
  readonly model: LoadedModel;
  /** Whether the runtime takes more than one item at a time. */
  readonly batching: boolean;
  /** How many threads the model may use; as many requests are decoded at a time, and two at least. */
  readonly threads: number;
  readonly aborted: AbortSignal;
}

type Outcome = Item | Error;

const LANES_MIN = 2;

/** A loaded model with the declarative steps around it. Media of the next batch is decoded while one runs; runs are one at a time. */
export class ModelVersion {
  readonly #options: ModelVersionOptions;
  readonly #pipeline: Pipeline;
  #previousRun: Promise<unknown> = Promise.resolve();

  /** @throws AppError `RUNTIME.LOAD_FAILED` for an op that this runner does not know. */
  constructor(options: ModelVersionOptions) {
    this.#options = options;
    this.#pipeline = compilePipeline(options.manifest);
  }

  async run(header: RunHeader, body: Uint8Array): Promise<BatchAnswer> {
    const prepared = await this.#prepare(header, body);
    const run = this.#previousRun.then(() => this.#runPrepared(prepared, header));
    this.#previousRun = run;
    const { outcomes, computeMs } = await run;
    return this.#answer(outcomes, computeMs);
  }

  close(): Promise<void> {
    return this.#options.model.close();
  }

  /**
   * Inputs as the model takes them. An item that cannot be read becomes its error; the others go on. Only a few are at work
   * at a time: a whole batch of decoded photos would be gigabytes.
   */
  async #prepare({ items }: RunHeader, body: Uint8Array): Promise<Outcome[]> {
    const prepared: Outcome[] = [];
    let index = 0;
    let offset = 0;
    const lane = async (): Promise<void> => {
      for (let item = items[index]; item; item = items[index]) {
        const at = index++;
        const bytes = body.subarray(offset, (offset += item.length));
        try {
          const ready = this.#pipeline.before(decodeValue(bytes));
          prepared[at] = ready instanceof Promise ? await ready : ready;
        } catch (error) {
          prepared[at] = asError(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.max(LANES_MIN, this.#options.threads) }, lane));
    return prepared;
  }

  async #runPrepared(prepared: readonly Outcome[], { items }: RunHeader): Promise<{ outcomes: Outcome[]; computeMs: number }> {
    const outcomes = [...prepared];
    const nowMs = Date.now();
    const waiting: number[] = [];
    let latestDeadlineMs = 0;
    for (const [index, { deadlineAtMs }] of items.entries()) {
      if (outcomes[index] instanceof Error) continue;
      if (deadlineAtMs <= nowMs) {
        outcomes[index] = runtimeErrors.DEADLINE_EXCEEDED({ lateMs: nowMs - deadlineAtMs });
        continue;
      }
      waiting.push(index);
      latestDeadlineMs = Math.max(latestDeadlineMs, deadlineAtMs);
    }
    const startedAtMs = performance.now();
    const groups = this.#options.batching ? (waiting.length > 0 ? [waiting] : []) : waiting.map((index) => [index]);
    for (const group of groups) {
      const answers = await this.#runGroup(group.map((index) => outcomes[index] as Item), latestDeadlineMs - nowMs);
      for (const [position, index] of group.entries()) outcomes[index] = answers[position] as Outcome;
    }
    return { outcomes, computeMs: performance.now() - startedAtMs };
  }

  /** Never rejects: a run that throws fails each of its items. */
  async #runGroup(items: readonly Item[], timeoutMs: number): Promise<readonly Outcome[]> {
    const context = new BatchContext(this.#options.aborted, timeoutMs);
    try {
      const answers = await this.#options.model.run(items, context);
      if (answers.length !== items.length) {
        throw runtimeErrors.RUN_FAILED({ reason: `the runtime gave ${answers.length} answers to ${items.length} items` });
      }
      return answers;
    } catch (error) {
      return items.map(() => asError(error));
    } finally {
      context.end();
    }
  }

  #answer(outcomes: readonly Outcome[], computeMs: number): BatchAnswer {
    const bodies: Uint8Array[] = [];
    const items = outcomes.map((outcome): RanItem => {
      try {
        if (outcome instanceof Error) throw outcome;
        const bytes = encodeValue(this.#pipeline.after(outcome));
        bodies.push(bytes);
        return { ok: true, length: bytes.length };
      } catch (error) {
        return { ok: false, error: toWireError(asError(error)) };
      }
    });
    return { header: { items, computeMs, memoryBytes: anonymousMemoryBytes() }, bodies };
  }
}

/** What is not a known failure is the model's or the runtime's; its text is bounded. */
function asError(error: unknown): AppError {
  return error instanceof AppError ? error : runtimeErrors.RUN_FAILED({ reason: reasonOf(error) }, error);
}
