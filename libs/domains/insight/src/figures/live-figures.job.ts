import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Catalog } from '@steelyard/domain-catalog';
import { ReadCalls } from '@steelyard/domain-metering';
import { DATABASE, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';

const MINUTE_MS = 60 * 1_000;
/** The longest that a call may wait to be seen in the catalog is this, and what the round and the flush of usage take. */
const EVERY_MS = 15_000;
const WINDOW_MS = 7 * 24 * 60 * MINUTE_MS;
const SAMPLE_MAX = 10_000;
/** Calls reach the database in the order in which they end: one that began before the last round may come after it. */
const LATE_MS = 2 * MINUTE_MS;
/** A model that nobody calls any more: the calls leave its window one by one. */
const KEEP_MS = 60 * MINUTE_MS;
const STALE_MAX = 200;
const LOCK = 72_707_382;

/** Keeps what the catalog says of a model's calls of the last seven days. */
@Injectable()
export class LiveFigures implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;
  readonly #startedAtMs = Date.now();
  #lookedAtMs = this.#startedAtMs;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(LOGGER) log: Logger,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(ReadCalls) private readonly calls: ReadCalls,
  ) {
    this.#rounds = new Rounds({ database, log, name: 'live figures', everyMs: EVERY_MS, lock: LOCK, work: () => this.refresh() });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One round: models that were called since the last one, and some of those that were long not looked at. */
  async refresh(): Promise<void> {
    const nowMs = Date.now();
    const called = await this.calls.calledSince(new Date(this.#lookedAtMs - LATE_MS));
    // What another server wrote before this one began is looked at once more: calls may have come while none looked.
    const staleBefore = new Date(Math.max(this.#startedAtMs, nowMs - KEEP_MS));
    const stale = await this.catalog.modelsWithFiguresBefore(staleBefore, STALE_MAX);
    for (const modelId of new Set([...called, ...stale])) await this.#refreshModel(modelId);
    this.#lookedAtMs = nowMs;
  }

  async #refreshModel(modelId: string): Promise<void> {
    const at = new Date();
    const from = new Date(at.getTime() - WINDOW_MS);
    const figures = await this.calls.ofModel(modelId, { since: from, sampleMax: SAMPLE_MAX });
    await this.catalog.recordFigures([{ modelId, ...figures, from, at }]);
  }
}
