import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Database } from '@steelyard/platform-database';
import { repositoryRoot, RunningPlatform, writeEchoPackage, type PlatformOptions } from '@steelyard/test-support';

const PRICE = '0.001';
const PRICE_NANO = 1_000_000n;
const CREDIT = '1000';
const CREDIT_NANO = 1_000_000_000_000n;
export const IN_FLIGHT = 64;

export interface ChaosWish {
  /** Of `crash-points.mjs`; nothing for a server that is to live. */
  readonly crashAt?: string | undefined;
  /** At the how manieth time. */
  readonly after?: number;
  /** How wrong its clock is. */
  readonly clockMs?: number;
}

/** A server whose model is called without pause while it is ill-treated, and the books of what it has answered. */
export class ServerUnderLoad {
  /** Ids of the calls that were answered. */
  readonly acknowledged = new Set<string>();
  kills = 0;
  #alive = true;
  #clients: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly platform: RunningPlatform,
    readonly provider: string,
    readonly consumer: string,
    private readonly wishFile: string,
  ) {}

  /** @param dir for the file that tells the server what to suffer. */
  static async start(dir: string, options: PlatformOptions): Promise<ServerUnderLoad> {
    const wishFile = join(dir, 'chaos.json');
    await writeFile(wishFile, '{}');
    // Short, so that calls that died with the server are over while the test waits.
    const env = { STEELYARD_DEADLINE_MS: '2000', STEELYARD_TEST_CHAOS: wishFile, NODE_OPTIONS: `--import=${join(repositoryRoot, 'test/chaos/crash-points.mjs')}`, ...options.env };
    const platform = await RunningPlatform.start({ ...options, env });
    const provider = await platform.openOrganization('acme');
    const consumer = await platform.openOrganization('caller', CREDIT);
    await platform.publish(provider, await writeEchoPackage({ amount: PRICE }), '--public');
    return new ServerUnderLoad(platform, provider, consumer, wishFile);
  }

  async wish(wish: ChaosWish): Promise<void> {
    await writeFile(`${this.wishFile}.next`, JSON.stringify(wish));
    await rename(`${this.wishFile}.next`, this.wishFile);
  }

  /** Calls from now on, until {@link rest} or until the server is gone. The first call loads the model: what is ill-treated must be at work. */
  async work(): Promise<void> {
    this.#expectAlive();
    await this.platform.predict(this.consumer, 'acme/echo', { text: 'wake up' });
    this.#alive = true;
    this.#clients = Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#client()));
  }

  async rest(): Promise<void> {
    this.#alive = false;
    await this.#clients;
  }

  /** Kills the server, by its own hand at a point or by ours after a while, and starts it again. */
  async killAndRestart(kill: { readonly wish: ChaosWish } | { readonly afterMs: number }): Promise<void> {
    await this.work();
    if ('wish' in kill) {
      await this.wish(kill.wish);
      await this.platform.gone(20_000).catch((error: unknown) => {
        throw new Error(`the server did not come to ${JSON.stringify(kill.wish)}`, { cause: error });
      });
    } else {
      await new Promise((later) => setTimeout(later, kill.afterMs));
      await this.platform.end('SIGKILL');
    }
    this.kills += 1;
    await this.rest();
    await this.wish({});
    await this.platform.start();
  }

  /**
   * What must hold whatever was done: every answered call is charged, none twice, and every account is the sum of what was written.
   * @param unanswered how many calls may have been charged whose answer was cut off
   */
  async expectBooks(database: Database, unanswered: number): Promise<void> {
    this.#expectAlive();
    // As if the minutes had passed for which holds of calls that died are kept; those that are not written here are kept all the same.
    await database.pool.query(`UPDATE ledger_hold SET expires_at = expires_at - INTERVAL '1 hour' WHERE state = 'open'`);
    await this.platform.settledBalance(this.consumer, 75_000);
    const { rows } = await database.pool.query<{ id: string; amount_nano: string; status: string }>('SELECT id, amount_nano, status FROM usage_event');
    const charged = new Map(rows.filter((row) => row.status === 'succeeded').map((row) => [row.id, BigInt(row.amount_nano)]));
    const lost = [...this.acknowledged].filter((id) => !charged.has(id));
    expect(lost).toEqual([]);
    expect([...charged.values()].every((amount) => amount === PRICE_NANO)).toBe(true);
    expect(charged.size - this.acknowledged.size).toBeLessThanOrEqual(unanswered);
    const total = BigInt(charged.size) * PRICE_NANO;
    const { trialBalance } = await this.platform.graphql(this.platform.operatorKey, '{ trialBalance { balanced feesNano } }');
    expect(trialBalance[0].balanced).toBe(true);
    const paid = await this.platform.settledBalance(this.consumer);
    const earned = await this.platform.settledBalance(this.provider);
    expect({ spent: CREDIT_NANO - BigInt(paid.availableNano), held: paid.heldNano }).toEqual({ spent: total, held: '0' });
    expect(BigInt(earned.earnedNano) + BigInt(trialBalance[0].feesNano)).toBe(total);
    const { rows: hours } = await database.pool.query<{ nano: string; calls: string }>('SELECT sum(amount_nano) AS nano, sum(calls - failed) AS calls FROM usage_hour');
    expect(hours).toEqual([{ nano: total.toString(), calls: charged.size.toString() }]);
    process.stderr.write(`chaos: ${this.kills} kills, ${this.acknowledged.size} calls acknowledged, ${lost.length} lost, 0 charged twice\n`);
  }

  #expectAlive(): void {
    if (this.platform.hasEnded) throw new Error(`the server has ended:\n${this.platform.output.slice(-4_000)}`);
  }

  async #client(): Promise<void> {
    while (this.#alive) {
      const answer = await this.platform.predict(this.consumer, 'acme/echo', { text: 'x' }).catch(() => undefined);
      if (answer?.status === 200) this.acknowledged.add(answer.headers.get('steelyard-prediction-id')!);
      if (!answer) return;
    }
  }
}
