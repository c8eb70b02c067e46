import { newId } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';

const TABLES = `
  CREATE TABLE IF NOT EXISTS peer_account (id UUID PRIMARY KEY, balance BIGINT NOT NULL, reserved BIGINT NOT NULL DEFAULT 0) WITH (fillfactor = 30);
  CREATE TABLE IF NOT EXISTS peer_hold (id UUID PRIMARY KEY, account_id UUID NOT NULL, amount BIGINT NOT NULL, state TEXT NOT NULL DEFAULT 'open');
  CREATE TABLE IF NOT EXISTS peer_usage (id UUID PRIMARY KEY, account_id UUID NOT NULL, provider_id UUID NOT NULL, model_id UUID NOT NULL,
    quantity BIGINT NOT NULL, amount BIGINT NOT NULL, fee BIGINT NOT NULL, occurred_at TIMESTAMPTZ NOT NULL DEFAULT now());
  GRANT ALL ON peer_account, peer_hold, peer_usage TO steelyard_platform;`;

const RESERVE = `
  WITH paid AS (UPDATE peer_account SET reserved = reserved + $2 WHERE id = $1 AND balance - reserved >= $2 RETURNING id)
  INSERT INTO peer_hold (id, account_id, amount) SELECT $3::UUID, id, $2::BIGINT FROM paid`;

const SETTLE = `
  WITH held AS (UPDATE peer_hold SET state = 'settled' WHERE id = $1 AND state = 'open' RETURNING account_id, amount),
  used AS (
    INSERT INTO peer_usage (id, account_id, provider_id, model_id, quantity, amount, fee)
    SELECT $1, account_id, $2, $3, 1, amount, amount * 15 / 100 FROM held)
  UPDATE peer_account AS a SET balance = a.balance - held.amount, reserved = a.reserved - held.amount FROM held WHERE a.id = held.account_id`;

const AMOUNT = 100;

/**
 * A spend limit as it is written by hand when it is written with care: one conditional UPDATE with its hold row per request,
 * and one statement that settles it, both prepared. It keeps no transfers, splits nothing and checks no repeated request.
 */
export class ConditionalUpdates {
  readonly #accountId = newId();
  readonly #providerId = newId();
  readonly #modelId = newId();

  private constructor(private readonly database: Database) {}

  static async open(database: Database): Promise<ConditionalUpdates> {
    const client = await database.pool.connect();
    try {
      await client.query(`SET ROLE NONE; ${TABLES}; SET ROLE steelyard_platform`);
    } finally {
      client.release();
    }
    const peer = new ConditionalUpdates(database);
    await database.pool.query('INSERT INTO peer_account (id, balance) VALUES ($1, $2)', [peer.#accountId, 10n ** 15n]);
    return peer;
  }

  readonly reserve = async (): Promise<string> => {
    const id = newId();
    const { rowCount } = await this.database.pool.query({ name: 'peer_reserve', text: RESERVE, values: [this.#accountId, AMOUNT, id] });
    if (rowCount !== 1) throw new TypeError('the peer refused a call that was paid for');
    return id;
  };

  readonly call = async (): Promise<void> => {
    const id = await this.reserve();
    await this.database.pool.query({ name: 'peer_settle', text: SETTLE, values: [id, this.#providerId, this.#modelId] });
  };
}
