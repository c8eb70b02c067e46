import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Rounds, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { EraseOrganization } from './erase-organization.js';

const EVERY_MS = 5_000;
/** For the advisory lock by which one server erases at a time. */
const LOCK = 72_707_391;
/** By then every server has heard that the keys are gone, and has written down what was called with them. */
const SETTLE_MS = 60_000;
const EARNS = `EXISTS (SELECT FROM ledger_account AS a WHERE a.tenant_id = erasure.tenant_id AND a.kind = 'provider_payable' AND a.credits_posted > a.debits_posted)`;

/** Erases organizations when they are due. What is in the way of one does not keep the others waiting. */
@Injectable()
export class ErasureJob implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(EraseOrganization) private readonly erasing: EraseOrganization,
  ) {
    this.#rounds = new Rounds({ database, log, name: 'erase organizations', everyMs: EVERY_MS, lock: LOCK, work: () => this.run() });
  }

  onApplicationBootstrap(): void {
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One round. `settleMs`: how long after nobody gets in any more the rest goes. */
  async run(settleMs = SETTLE_MS): Promise<void> {
    for (const tenantId of await this.#find("state = 'waiting' AND due_at <= now()")) {
      await this.#try(tenantId, async () => ((await this.erasing.close(tenantId)) ? this.log.info({ organizationId: tenantId }, 'an organization is closed, to be erased') : undefined));
    }
    for (const tenantId of await this.#find(`state = 'closing' AND closed_at <= now() - ${settleMs} * INTERVAL '1 ms'`)) {
      await this.#try(tenantId, async () => ((await this.erasing.erase(tenantId)) ? this.log.info({ organizationId: tenantId }, 'an organization is erased') : undefined));
    }
    for (const tenantId of await this.#find("state = 'done' AND (files <> '{}' OR digests <> '{}')")) await this.#try(tenantId, () => this.erasing.removeFiles(tenantId));
    for (const tenantId of await this.#find(`state = 'done' AND ${EARNS}`)) await this.#try(tenantId, () => this.erasing.forfeitLate(tenantId));
  }

  async #find(condition: string): Promise<string[]> {
    const { rows } = await this.database.pool.query<{ tenant_id: string }>(`SELECT tenant_id FROM erasure WHERE ${condition} ORDER BY due_at`);
    return rows.map((row) => row.tenant_id);
  }

  async #try(tenantId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      this.log.error({ err, organizationId: tenantId }, 'an organization could not be erased; it is tried again');
    }
  }
}
