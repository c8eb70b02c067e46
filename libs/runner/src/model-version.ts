import { AppError } from '@steelyard/kernel';
import type { Manifest } from '@steelyard/model-package';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel, RuntimeCapabilities } from '@steelyard/runtime-kit';
import { decodeValue, toWireError } from '@steelyard/wire';
import type { CancelHeader, MoreHeader, RanHeader, RanItem, RunHeader } from '@steelyard/wire';
import { BatchContext } from './batch-context.js';
import type { BatchContextOptions } from './batch-context.js';
import { encodeOutput } from './encode-output.js';
import { anonymousMemoryBytes } from './memory.js';
import { OpenRun } from './open-run.js';
import type { SendPart } from './open-run.js';
import type { OpFiles } from './ops/op-files.js';
import { compilePipeline } from './pipeline.js';
import type { Pipeline } from './pipeline.js';

export interface BatchAnswer {
  readonly header: RanHeader;
  /** The CBOR of the outputs that succeeded, in order. */
  readonly bodies: readonly Uint8Array[];
}

export interface RunRequest {
  /** Of the frame; `more` and `cancel` name the run by it. */
  readonly id: number;
  readonly header: RunHeader;
  readonly body: Uint8Array;
  readonly sendPart: SendPart;
}

export interface ModelVersionOptions {
  readonly manifest: Manifest;
  /** What the ops read, where they read anything. */
  readonly opFiles?: OpFiles;
  readonly model: LoadedModel;
  readonly capabilities: Pick<RuntimeCapabilities, 'batching' | 'continuous'>;
  /** How many threads the model may use; as many requests are decoded at a time, and two at least. */
  readonly threads: number;
  readonly aborted: AbortSignal;
}

type Outcome = Item | Error;

const LANES_MIN = 2;

/**
 * A loaded model with the declarative steps around it. Media of the next batch is decoded while one runs; runs are one at a
 * time, but for a continuous runtime, which gets every item at once, alone.
 */
export class ModelVersion {
  readonly #options: ModelVersionOptions;
  readonly #pipeline: Pipeline;
  readonly #open = new Map<number, OpenRun>();
  #previousRun: Promise<unknown> = Promise.resolve();

  /** @throws AppError `RUNTIME.LOAD_FAILED` for an op that this runner does not know, `RUNTIME.ARTIFACT_REFUSED` for a file that an op cannot read. */
  constructor(options: ModelVersionOptions) {
    this.#options = options;
    this.#pipeline = compilePipeline(options.manifest, options.opFiles);
  }

  async run({ id, header, body, sendPart }: RunRequest): Promise<BatchAnswer> {
    const open = new OpenRun(header, sendPart);
    this.#open.set(id, open);
    try {
      const startedAtMs = performance.now();
      const prepared = await this.#prepare(open, body);
      const prepareMs = performance.now() - startedAtMs;
      const { outcomes, computeMs } = await this.#inTurn(() => this.#runPrepared(prepared, open));
      return this.#answer(prepared, outcomes, { computeMs, prepareMs });
    } finally {
      this.#open.delete(id);
    }
  }

  /** For a run that has been answered meanwhile it comes too late, and does nothing. */
  more(id: number, header: MoreHeader): void {
    this.#open.get(id)?.more(header);
  }

  /** As {@link more}. */
  cancel(id: number, header: CancelHeader): void {
    this.#open.get(id)?.cancel(header);
  }

  close(): Promise<void> {
    return this.#options.model.close();
  }

  /**
   * Inputs as the model takes them. An item that cannot be read becomes its error; the others go on. Only a few are at work
   * at a time: a whole batch of decoded photos would be gigabytes.
   */
  async #prepare(open: OpenRun, body: Uint8Array): Promise<Outcome[]> {
    const { items } = open;
    const prepared: Outcome[] = [];
    let index = 0;
    let offset = 0;
    const lane = async (): Promise<void> => {
      for (let item = items[index]; item; item = items[index]) {
        const at = index++;
        const bytes = body.subarray(offset, (offset += item.length));
        try {
          if (open.isCancelled(at)) throw runtimeErrors.CANCELLED({ item: at });
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

  /** Never rejects, so that one run's failure is not the next one's. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#options.capabilities.continuous) return work();
    const run = this.#previousRun.then(work);
    this.#previousRun = run;
    return run;
  }

  async #runPrepared(prepared: readonly Outcome[], open: OpenRun): Promise<{ outcomes: Outcome[]; computeMs: number }> {
    const outcomes = [...prepared];
    const { batching, continuous } = this.#options.capabilities;
    const startedAtMs = performance.now();
    const runGroup = async (group: readonly number[]): Promise<void> => {
      for (const item of group) if (!(outcomes[item] instanceof Error)) outcomes[item] = whyNotRun(open, item) ?? (outcomes[item] as Item);
      const members = group.filter((item) => !(outcomes[item] instanceof Error));
      if (members.length === 0) return;
      const answers = await this.#runGroup(members.map((item) => outcomes[item] as Item), { run: open, members, aborted: this.#options.aborted });
      for (const [position, item] of members.entries()) outcomes[item] = answers[position] as Outcome;
    };
    const all = [...outcomes.keys()];
    if (continuous) await Promise.all(all.map((item) => runGroup([item])));
    else if (batching) await runGroup(all);
    else for (const item of all) await runGroup([item]);
    return { outcomes, computeMs: performance.now() - startedAtMs };
  }

  /** Never rejects: a run that throws fails each of its items. */
  async #runGroup(items: readonly Item[], options: BatchContextOptions): Promise<readonly Outcome[]> {
    const context = new BatchContext(options);
    try {
      const answers = await this.#options.model.run(items, context);
      if (answers.length !== items.length) {
        throw runtimeErrors.RUN_FAILED({ reason: `the runtime gave ${answers.length} answers to ${items.length} items` });
      }
      await context.flushed();
      return answers;
    } catch (error) {
      return items.map(() => asError(error));
    } finally {
      context.end();
    }
  }

  #answer(prepared: readonly Outcome[], outcomes: readonly Outcome[], times: Pick<RanHeader, 'computeMs' | 'prepareMs'>): BatchAnswer {
    const bodies: Uint8Array[] = [];
    const items = outcomes.map((outcome, index): RanItem => {
      try {
        if (outcome instanceof Error) throw outcome;
        const bytes = encodeOutput(this.#pipeline.after(outcome, prepared[index] as Item));
        bodies.push(bytes);
        return { ok: true, length: bytes.length };
      } catch (error) {
        return { ok: false, error: toWireError(asError(error)) };
      }
    });
    return { header: { items, ...times, memoryBytes: anonymousMemoryBytes() }, bodies };
  }
}

/** What came too late to be run, because of its deadline or because nobody waits for it any more. */
function whyNotRun(open: OpenRun, item: number): AppError | undefined {
  if (open.isCancelled(item)) return runtimeErrors.CANCELLED({ item });
  const lateMs = Date.now() - (open.items[item]?.deadlineAtMs ?? 0);
  return lateMs >= 0 ? runtimeErrors.DEADLINE_EXCEEDED({ lateMs }) : undefined;
}

/** What is not a known failure is the model's or the runtime's; its text is bounded. */
function asError(error: unknown): AppError {
  return error instanceof AppError ? error : runtimeErrors.RUN_FAILED({ reason: reasonOf(error) }, error);
}
