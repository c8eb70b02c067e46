import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Catalog, type RunningCanary } from '@steelyard/domain-catalog';
import { DATABASE, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { CompareCanary } from './compare-canary.js';
import { judgeCanary } from './judge-canary.js';

/** A canary that fails is to be rolled back within 30 s; usage is in the database well within one. */
const EVERY_MS = 5_000;
const LOCK = 72_707_381;

/** Looks at every running canary and rolls back those that fail or are slow. */
@Injectable()
export class CanaryGuard implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;

  constructor(
    @Inject(DATABASE) database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CompareCanary) private readonly canaries: CompareCanary,
  ) {
    this.#rounds = new Rounds({ database, log, name: 'canary guard', everyMs: EVERY_MS, lock: LOCK, work: () => this.look() });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One round. A canary that cannot be judged now leaves the others their turn. */
  async look(): Promise<void> {
    for (const canary of await this.catalog.runningCanaries()) {
      try {
        await this.#judge(canary);
      } catch (error) {
        this.log.warn({ err: error, ...named(canary) }, 'a canary could not be judged; the next round tries again');
      }
    }
  }

  async #judge(canary: RunningCanary): Promise<void> {
    const { verdict, reason } = judgeCanary(await this.canaries.compare(canary));
    if (verdict !== 'rolling-back') return;
    if (await this.catalog.rollBackCanary(canary, reason)) this.log.warn({ ...named(canary), reason }, 'rolled a canary back');
  }
}

function named({ modelId, channel, versionId }: RunningCanary) {
  return { modelId, channel, versionId };
}
