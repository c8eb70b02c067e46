import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import type { EngineAnswer } from '../engine-host.js';
import type { BatchItem, BatchLink, BatchResult, BatchRules } from './batch-link.js';
import { Batcher } from './batcher.js';
import { Job } from './job.js';

interface Sent {
  readonly items: readonly BatchItem[];
  /** Answers each item with its input. */
  answer(computeMs?: number): void;
}

/** A runner that answers when it is told to. */
class FakeLink implements BatchLink {
  readonly sent: Sent[] = [];
  flushes = 0;

  run(items: readonly BatchItem[], done: (result: BatchResult) => void): void {
    const inputs = items.map(({ input }) => input);
    this.sent.push({ items, answer: (computeMs = 1) => done({ answers: inputs, computeMs }) });
  }

  flush(): void {
    this.flushes += 1;
  }

  get open(): Sent[] {
    return this.sent.slice(this.answered);
  }

  answered = 0;

  answerNext(): void {
    this.sent[this.answered++]!.answer();
  }
}

const rules: BatchRules = { maxSize: 8, maxDelayMs: 0, runMs: 60_000 };
const inputs = (sent: readonly Sent[]) => sent.map(({ items }) => items.map(({ input }) => input[0]));
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

const batchers: Batcher[] = [];
afterEach(() => batchers.splice(0).forEach((batcher) => batcher.close(new AppError('TEST.OVER', 'over', { kind: 'cancelled' }))));

function setup(over: Partial<ConstructorParameters<typeof Batcher>[0]> = {}) {
  const events = { stalled: 0, idle: 0, sizes: [] as number[] };
  const batcher = new Batcher({
    label: 'acme/test@1.0.0',
    queuedPerTenant: 600,
    queuedBytesPerTenant: 1e9,
    batchBytes: 1e9,
    batchMs: 1e9,
    batchesInFlight: 2,
    killGraceMs: 0,
    onStalled: () => (events.stalled += 1),
    onIdle: () => (events.idle += 1),
    onBatch: ({ size }) => events.sizes.push(size),
    ...over,
  });
  batchers.push(batcher);
  const call = (tenantId: string, n = 0, timeoutMs = 60_000, bytes = 1) => {
    let job!: Job;
    const outcome = new Promise<EngineAnswer>((resolve, reject) => {
      const request = { id: '', tenantId, model: { digest: '', label: '' }, input: new Uint8Array(bytes).fill(n), deadlineAtMs: Date.now() + timeoutMs };
      job = new Job(request, { resolve, reject });
    });
    const accepted = batcher.add(job);
    return { job, accepted, result: outcome.then(({ output }) => output[0], (error: AppError) => error.code) };
  };
  return { batcher, events, call };
}

/** Attaches a link after batches of 1, 2, 4 ... were quick, so that the next may be as large as the rules say. */
async function attachWarm({ batcher, call, events }: ReturnType<typeof setup>, over: Partial<BatchRules> = {}): Promise<FakeLink> {
  const past = new FakeLink();
  batcher.attach(past, rules);
  for (let size = 1; size <= rules.maxSize; size *= 2) {
    for (let n = 0; n < size; n++) void call('warm');
    await tick();
    past.answerNext();
  }
  batcher.detach(false);
  events.sizes.length = 0;
  const link = new FakeLink();
  batcher.attach(link, { ...rules, ...over });
  events.idle = 0;
  return link;
}

describe('Batcher', () => {
  it('sends what came within one tick as one batch, at once', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture);
    const { call } = fixture;
    const results = [1, 2, 3].map((n) => call('a', n).result);
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([3]);
    expect(link.flushes).toBe(1);
    link.answerNext();
    expect(await Promise.all(results)).toEqual([1, 2, 3]);
  });

  it('gathers what comes while two batches are in flight, never beyond the largest batch, in order', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture);
    const { call, events } = fixture;
    const results = Array.from({ length: 30 }, (_, n) => call('a', n).result);
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([8, 8]);
    link.answerNext();
    expect(link.sent.map(({ items }) => items.length)).toEqual([8, 8, 8]);
    link.answerNext();
    link.answerNext();
    link.answerNext();
    expect(await Promise.all(results)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(events.sizes).toEqual([8, 8, 8, 6]);
    expect(events.idle).toBe(1);
  });

  it('lets no batch wait in the runner where batches are slow', async () => {
    const { batcher, call } = setup({ batchMs: 1 });
    const link = new FakeLink();
    batcher.attach(link, rules);
    for (let n = 0; n < 6; n++) void call('a', n);
    await tick();
    const slowly = async () => {
      const untilMs = performance.now() + 3;
      while (performance.now() < untilMs) await tick();
      link.answerNext();
    };
    // The first two went before anything was known.
    await slowly();
    await slowly();
    while (link.open.length > 0) {
      expect(link.open).toHaveLength(1);
      await slowly();
    }
  });

  it('puts a quiet tenant into the next batch beside 500 calls of a noisy one', async () => {
    const { batcher, call } = setup();
    const link = new FakeLink();
    batcher.attach(link, rules);
    for (let n = 0; n < 500; n++) void call('noisy', 1);
    await tick();
    void call('quiet', 2);
    link.answerNext();
    expect(link.sent[2]!.items.some(({ input }) => input[0] === 2)).toBe(true);
  });

  it('refuses a tenant whose line is full, and nobody else', () => {
    const { call } = setup({ queuedPerTenant: 2 });
    expect([call('a'), call('a'), call('a'), call('b')].map(({ accepted }) => accepted)).toEqual([true, true, false, true]);
  });

  it('closes a batch that holds enough bytes', async () => {
    const fixture = setup({ batchBytes: 8 });
    const link = await attachWarm(fixture);
    const { call } = fixture;
    for (let n = 0; n < 4; n++) void call('a', n, 60_000, 4);
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([2, 2]);
  });

  it('fails a call at its deadline while it waits, without running it', async () => {
    const { batcher, call } = setup();
    const late = call('a', 1, 20);
    const patient = call('a', 2);
    expect(await late.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    const link = new FakeLink();
    batcher.attach(link, rules);
    expect(inputs(link.sent)).toEqual([[2]]);
    link.answerNext();
    expect(await patient.result).toBe(2);
  });

  it('drops a cancelled call from the line, and frees its place', async () => {
    const { batcher, call } = setup({ queuedPerTenant: 1 });
    const first = call('a', 1);
    expect(call('a', 2).accepted).toBe(false);
    batcher.drop(first.job, new AppError('ENGINE.CANCELLED', '', { kind: 'cancelled' }));
    expect(await first.result).toBe('ENGINE.CANCELLED');
    expect(call('a', 3).accepted).toBe(true);
    const link = new FakeLink();
    batcher.attach(link, rules);
    expect(inputs(link.sent)).toEqual([[3]]);
  });

  it('tries the calls of a crashed batch one at a time, so that the guilty one fails alone', async () => {
    const fixture = setup();
    await attachWarm(fixture);
    const { batcher, call } = fixture;
    const outcomes = [0, 1, 2].map((n) => call('a', n).result);
    await tick();
    void call('b', 9);
    await tick();
    batcher.detach(false);
    let link = new FakeLink();
    batcher.attach(link, rules);
    expect(inputs(link.open)).toEqual([[0]]);
    link.answerNext();
    expect(inputs(link.open)).toEqual([[1]]);
    batcher.detach(false);
    link = new FakeLink();
    batcher.attach(link, rules);
    for (const innocent of [2, 9]) {
      expect(inputs(link.open)).toEqual([[innocent]]);
      link.answerNext();
    }
    expect(await Promise.all(outcomes)).toEqual([0, 'ENGINE.RUNNER_LOST', 2]);
  });

  it('ends a runner that works on a batch beyond the limit of its model', async () => {
    const { batcher, call, events } = setup({ onStalled: () => batcher.detach(true) });
    batcher.attach(new FakeLink(), { ...rules, runMs: 30 });
    const hung = call('a', 1);
    expect(await hung.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    expect(events.sizes).toEqual([]);
    expect(batcher.idle).toBe(true);
  });

  it('does not end a runner because a caller was in a hurry', async () => {
    const { batcher, call, events } = setup();
    const link = new FakeLink();
    batcher.attach(link, rules);
    const hasty = call('a', 1, 15);
    await tick();
    expect(await hasty.result).toBe('ENGINE.DEADLINE_EXCEEDED');
    const patient = call('b', 2);
    await tick();
    link.answerNext();
    link.answerNext();
    expect(await patient.result).toBe(2);
    expect(events.stalled).toBe(0);
  });

  it('waits for a batch to fill only where the model asks for it', async () => {
    const fixture = setup();
    const link = await attachWarm(fixture, { maxDelayMs: 30 });
    const { call } = fixture;
    const startedAtMs = performance.now();
    const early = call('a', 1);
    await tick();
    expect(link.sent).toHaveLength(0);
    for (const n of [2, 3, 4, 5, 6, 7, 8]) void call('a', n);
    await tick();
    expect(link.sent.map(({ items }) => items.length)).toEqual([8]);
    link.answerNext();
    await early.result;
    const alone = call('a', 5);
    while (link.sent.length < 2) await tick();
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(25);
    link.answerNext();
    expect(await alone.result).toBe(5);
  });
});
