import { describe, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import fc from 'fast-check';
import { cancelled, createBatcher, FakeLink, tick } from '../../test/batcher-fixture.js';
import type { BatchItem, BatchResult } from './batch-link.js';
import type { Job } from './job.js';
import type { Lane } from './lane.js';

interface Call {
  readonly n: number;
  readonly tenant: string;
  readonly job: Job;
  readonly seen: number[];
  readonly outcomes: string[];
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), tenant: fc.constantFrom('a', 'b', 'c'), streams: fc.boolean(), timeoutMs: fc.constantFrom(2, 60_000, 60_000, 60_000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const), lane: fc.nat(2), run: fc.nat(3), fail: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('part' as const), lane: fc.nat(2), run: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), lane: fc.nat(2), stalled: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('attach' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), lane: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('late' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const MAX_SIZE = 3;
const LANES_MAX = 3;

/** Checks each batch as it is sent. */
class CheckedLink extends FakeLink {
  readonly #sizeMax: number;
  readonly #onSent: (items: readonly BatchItem[]) => void;

  constructor(sizeMax: number, onSent: (items: readonly BatchItem[]) => void) {
    super();
    this.#sizeMax = sizeMax;
    this.#onSent = onSent;
  }

  override run(items: readonly BatchItem[], done: (result: BatchResult) => void): number {
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThanOrEqual(this.#sizeMax);
    this.#onSent(items);
    return super.run(items, done);
  }
}

/** Callers, runners and what goes wrong with them, one step after the other. */
class World {
  readonly calls: Call[] = [];
  readonly fixture = createBatcher();
  readonly runners: { readonly link: CheckedLink; readonly lane: Lane }[] = [];
  readonly #continuous: boolean;
  #nextPart = 0;

  constructor(continuous: boolean) {
    this.#continuous = continuous;
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'call':
        return this.#call(step.tenant, step.streams, step.timeoutMs);
      case 'answer':
        return this.#sent(step, (sent) => (step.fail ? sent.fail() : sent.answer()));
      case 'part':
        return this.#sent(step, ({ items }) => items.forEach(({ onPart }) => void onPart?.(Uint8Array.of(this.#nextPart++ % 256))));
      case 'cancel': {
        const call = this.calls[step.which % Math.max(this.calls.length, 1)];
        return call && this.fixture.batcher.drop(call.job, cancelled());
      }
      case 'lose':
        return this.#lose(step.lane, step.stalled);
      case 'attach':
        return this.attach();
      case 'pause': {
        const runner = this.#runner(step.lane);
        return runner && this.fixture.batcher.pause(runner.lane);
      }
      case 'late': {
        const untilMs = performance.now() + 3;
        while (performance.now() < untilMs) await tick();
        return;
      }
      case 'tick':
        return tick();
    }
  }

  attach(): void {
    if (this.runners.length >= LANES_MAX) return;
    const { batcher } = this.fixture;
    const link = new CheckedLink(this.#continuous ? 1 : MAX_SIZE, (items) => this.#inOrder(items as readonly Job[]));
    const lane = batcher.prepare(link, { maxSize: MAX_SIZE, maxDelayMs: 0, runMs: 60_000, continuous: this.#continuous });
    this.runners.push({ link, lane });
    batcher.attach(lane);
  }

  /** Nothing that may go waits while a runner that takes calls is idle. */
  checkEager(): void {
    const { waiting } = this.fixture.batcher;
    if (waiting > 0) expect(this.runners.filter(({ lane }) => lane.idle && !lane.paused)).toEqual([]);
    for (const { lane } of this.runners) expect(lane.inFlight.length).toBeLessThanOrEqual(this.#continuous ? MAX_SIZE : 2);
    expect(this.fixture.busy.count).toBe(this.runners.filter(({ lane }) => !lane.idle).length);
  }

  /** Lets all that is left be answered. */
  async finish(): Promise<void> {
    while (this.runners.length > 0) this.#lose(0, false);
    this.attach();
    await tick();
    const { link } = this.runners[0]!;
    while (link.open.length > 0) {
      link.answerNext();
      await tick();
    }
  }

  #call(tenant: string, streams: boolean, timeoutMs: number): void {
    const n = this.calls.length;
    const seen: number[] = [];
    const outcomes: string[] = [];
    const onPart = (part: Uint8Array) => {
      expect(outcomes).toEqual([]);
      seen.push(part[0]!);
    };
    const { job, answer } = this.fixture.call(tenant, n % 256, { timeoutMs, ...(streams && { onPart }) });
    const call: Call = { n, tenant, job, seen, outcomes };
    answer.then(
      ({ output, timings }) => {
        expect([output[0], timings.parts]).toEqual([n % 256, seen.length]);
        outcomes.push('ok');
      },
      (error: AppError) => {
        expect(error.details?.['parts'] ?? 0).toBe(seen.length);
        outcomes.push(error.code);
      },
    ).catch((error: unknown) => outcomes.push(String(error)));
    this.calls.push(call);
  }

  /** Calls of a tenant leave the queue in the order in which they came; one that is tried again comes later. */
  readonly #left = new Map<string, number>();
  #inOrder(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const { n, tenant, seen, outcomes } = this.calls.find((call) => call.job === job)!;
      // What has begun to answer, or was lost twice, is not tried again; nor what is settled.
      expect([seen, outcomes]).toEqual([[], []]);
      expect(job.crashes).toBeLessThan(2);
      const isRetry = job.crashes > 0 || job.alone;
      if (isRetry) continue;
      expect(n).toBeGreaterThan(this.#left.get(tenant) ?? -1);
      this.#left.set(tenant, n);
    }
  }

  #runner(place: number) {
    return this.runners[place % Math.max(this.runners.length, 1)];
  }

  #sent({ lane, run }: { lane: number; run: number }, act: (sent: FakeLink['sent'][number]) => void): void {
    const open = this.#runner(lane)?.link.open ?? [];
    // A runner works in order, unless it is continuous.
    const sent = open[this.#continuous ? run % Math.max(open.length, 1) : 0];
    if (sent) act(sent);
  }

  #lose(place: number, stalled: boolean): void {
    const runner = this.#runner(place);
    if (!runner) return;
    this.runners.splice(this.runners.indexOf(runner), 1);
    this.fixture.batcher.detach(runner.lane, stalled);
  }
}

describe.each([
  ['batches', false],
  ['continuous runtimes', true],
])('Batcher with %s, whatever happens in which order', (_, continuous) => {
  it('settles every call once, in order, and lets nothing wait for nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const world = new World(continuous);
        try {
          for (const step of steps) {
            await world.take(step);
            if (step.do === 'tick' || step.do === 'late') world.checkEager();
          }
          await tick();
          world.checkEager();
          await world.finish();
          await tick();
          for (const { outcomes } of world.calls) {
            expect(outcomes).toHaveLength(1);
            expect(['ok', 'ENGINE.CANCELLED', 'ENGINE.DEADLINE_EXCEEDED', 'ENGINE.RUNNER_LOST', 'RUNTIME.RUN_FAILED']).toContain(outcomes[0]);
          }
          expect(world.fixture.batcher.waiting).toBe(0);
        } finally {
          world.fixture.batcher.close(new AppError('TEST.OVER', 'over', { kind: 'cancelled' }));
        }
      }),
      { numRuns: 150 },
    );
  });
});
