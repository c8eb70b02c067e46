import { AppError } from '@steelyard/kernel';
import type { CallState, EngineAnswer } from '../src/engine-host.js';
import type { BatchItem, BatchLink, BatchResult, BatchRules } from '../src/queue/batch-link.js';
import { Batcher, type BatcherOptions } from '../src/queue/batcher.js';
import { Job } from '../src/queue/job.js';
import type { Lane } from '../src/queue/lane.js';

export interface Sent {
  readonly run: number;
  readonly items: readonly BatchItem[];
  /** Answers each item with its input. */
  answer(computeMs?: number, workMs?: number): void;
  /** Throws over the whole batch. */
  fail(): void;
}

/** A runner that answers when it is told to. */
export class FakeLink implements BatchLink {
  readonly sent: Sent[] = [];
  /** Batches that were not answered, in the order in which they came. */
  readonly open: Sent[] = [];
  readonly cancelled: { run: number; item: number }[] = [];
  flushes = 0;

  run(items: readonly BatchItem[], done: (result: BatchResult) => void): number {
    const outputs = items.map(({ input }) => input);
    const run = this.sent.length + 1;
    const end = (result: BatchResult) => {
      this.open.splice(this.open.indexOf(sent), 1);
      done(result);
    };
    const failure = new AppError('RUNTIME.RUN_FAILED', 'it threw', { kind: 'internal' });
    const sent: Sent = {
      run,
      items,
      answer: (computeMs = 1, workMs) => end({ answers: outputs, computeMs, workMs }),
      fail: () => end({ answers: items.map(() => failure), computeMs: 1 }),
    };
    this.sent.push(sent);
    this.open.push(sent);
    return run;
  }

  cancel(run: number, item: number): void {
    this.cancelled.push({ run, item });
  }

  flush(): void {
    this.flushes += 1;
  }

  answerNext(): void {
    this.open[0]!.answer();
  }
}

export const rules: BatchRules = { maxSize: 8, maxDelayMs: 0, runMs: 60_000 };
/** The first byte of each input, batch by batch. */
export const inputs = (sent: readonly Sent[]) => sent.map(({ items }) => items.map(({ input }) => input[0]));
export const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
export const cancelled = () => new AppError('ENGINE.CANCELLED', '', { kind: 'cancelled' });

export interface CallOver {
  readonly timeoutMs?: number;
  readonly bytes?: number;
  readonly onPart?: (part: Uint8Array) => void | Promise<void>;
  readonly onState?: (state: CallState) => void;
}

export type BatcherFixture = ReturnType<typeof createBatcher>;

export function createBatcher(over: Partial<BatcherOptions> = {}) {
  const events = { stalled: 0, idle: 0, sizes: [] as number[] };
  const lanes: Lane[] = [];
  const busy = { count: 0 };
  const batcher = new Batcher({
    label: 'acme/test@1.0.0',
    queuedPerTenant: 600,
    queuedBytesPerTenant: 1e9,
    queuedPerModel: 1e9,
    queuedBytesPerModel: 1e9,
    busy,
    batchBytes: 1e9,
    batchMs: 1e9,
    batchesInFlight: 2,
    killGraceMs: 0,
    onStalled: () => (events.stalled += 1),
    onIdle: () => (events.idle += 1),
    onBatch: ({ size }) => events.sizes.push(size),
    ...over,
  });
  const attach = <L extends BatchLink>(link: L, over: Partial<BatchRules> = {}): L => {
    const lane = batcher.prepare(link, { ...rules, ...over });
    lanes.push(lane);
    batcher.attach(lane);
    return link;
  };
  /** The oldest runner is gone. */
  const lose = (stalled = false) => batcher.detach(lanes.shift()!, stalled);
  const call = (tenantId: string, n = 0, { timeoutMs = 60_000, bytes = 1, onPart, onState }: CallOver = {}) => {
    let job!: Job;
    const answer = new Promise<EngineAnswer>((resolve, reject) => {
      const input = new Uint8Array(bytes).fill(n);
      const request = { id: '', tenantId, model: { digest: '', label: '' }, input, deadlineAtMs: Date.now() + timeoutMs, onPart, onState };
      job = new Job(request, { resolve, reject, unread: () => batcher.drop(job, cancelled()) });
    });
    const accepted = batcher.add(job);
    return { job, accepted, answer, result: answer.then(({ output }) => output[0], (error: AppError) => error.code) };
  };
  return { batcher, events, busy, lanes, attach, lose, call };
}

/** Attaches a link after batches of 1, 2, 4 ... were quick, so that the next may be as large as the rules say. */
export async function attachWarm({ attach, lose, call, events }: BatcherFixture, over: Partial<BatchRules> = {}): Promise<FakeLink> {
  const past = attach(new FakeLink());
  for (let size = 1; size <= rules.maxSize; size *= 2) {
    for (let n = 0; n < size; n++) void call('warm');
    await tick();
    past.answerNext();
  }
  lose();
  events.sizes.length = 0;
  const link = attach(new FakeLink(), over);
  events.idle = 0;
  return link;
}
