import { setTimeout as delay } from 'node:timers/promises';
import { defineRuntime, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item } from '@steelyard/runtime-kit';
import { handOut } from './hand-out.js';

/** All of them are for tests: what a hostile or broken model does to the platform around it. */
interface EchoOptions {
  /** How long a run takes, in milliseconds. */
  readonly delayMs?: number;
  /** Time that loading takes. */
  readonly loadDelayMs?: number;
  /** End the process when an item's field `crash` is true, `segfault` or `abort`. */
  readonly crashOn?: boolean;
  /** Throw over the whole batch when an item's field `fail` is true. */
  readonly failOn?: boolean;
  /** Block the process for good when an item's field `hang` is true. */
  readonly hangOn?: boolean;
  /** Take and keep as many megabytes as an item's field `allocateMb` says. */
  readonly allocateMb?: boolean;
  /** Hand the answer out in parts: word by word where a field is text. */
  readonly parts?: boolean;
  /** Time between two parts, in milliseconds. */
  readonly partDelayMs?: number;
}

/** Answers every item with its own fields. */
export default defineRuntime<EchoOptions>({
  name: 'echo',
  version: '0.1.0',
  capabilities: { batching: true, streaming: true },
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      delayMs: { type: 'number', minimum: 0 },
      loadDelayMs: { type: 'number', minimum: 0 },
      crashOn: { type: 'boolean' },
      failOn: { type: 'boolean' },
      hangOn: { type: 'boolean' },
      allocateMb: { type: 'boolean' },
      parts: { type: 'boolean' },
      partDelayMs: { type: 'number', minimum: 0 },
    },
  },
  async open({ options }) {
    if (options.loadDelayMs) await delay(options.loadDelayMs);
    const kept: Buffer[] = [];
    return {
      async run(items, context) {
        if (options.delayMs) await delay(options.delayMs, undefined, { signal: context.signal });
        for (const item of items) misbehave(item, options, kept);
        if (!options.parts) return items;
        return Promise.all(items.map((item, index) => handOut(item, { context, index, partDelayMs: options.partDelayMs ?? 0 })));
      },
      close: async () => {
        kept.length = 0;
      },
    };
  },
});

function misbehave(item: Item, options: EchoOptions, kept: Buffer[]): void {
  if (options.crashOn) crash(item['crash']);
  if (options.failOn && item['fail'] === true) throw runtimeErrors.RUN_FAILED({ reason: 'it was asked to' });
  if (options.hangOn && item['hang'] === true) for (;;);
  // Filled, so that the pages are really taken.
  if (options.allocateMb && typeof item['allocateMb'] === 'number') kept.push(Buffer.alloc(item['allocateMb'] * 2 ** 20, 1));
}

function crash(how: unknown): void {
  if (how === true) process.kill(process.pid, 'SIGKILL');
  if (how === 'segfault') process.kill(process.pid, 'SIGSEGV');
  if (how === 'abort') process.abort();
}
