import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { newId } from '@steelyard/kernel';
import { openDatabase } from '@steelyard/platform-database';
import { describeDatabase } from '@steelyard/test-support';
import { Ledger } from './ledger.js';
import type { Reservation } from './reservation.js';

const WAITING = `
  SELECT FROM pg_locks AS w JOIN pg_locks AS l ON l.pid = w.pid JOIN pg_database AS d ON d.oid = l.database
  WHERE NOT w.granted AND d.datname = current_database()`;
const UNAVAILABLE = { code: 'LEDGER.UNAVAILABLE', retryable: true };

describeDatabase('a ledger of which one connection is silent', (context) => {
  let way: SilentWay | undefined;
  let tenantId: string;

  beforeEach(async () => {
    tenantId = newId();
    await credit(tenantId);
  });

  afterEach(async () => {
    await way?.close();
    way = undefined;
  });

  const credit = (to: string) => new Ledger(context.database()).credit({ tenantId: to, amountNano: 100n, currency: 'usd', reason: 'test', transferId: newId() });
  const reservation = (given: Partial<Reservation> = {}): Reservation => ({
    eventId: newId(),
    tenantId,
    currency: 'usd',
    amountNano: 60n,
    keyId: 'key',
    modelId: tenantId,
    expiresAtMs: Date.now() + 60_000,
    ...given,
  });
  const stateOf = async (eventId: string) =>
    (await context.database().pool.query<{ state: string }>('SELECT state FROM ledger_hold WHERE id = $1', [eventId])).rows[0]?.state;

  /** A ledger whose first reservation is held and not answered, on a connection that says nothing any more. */
  async function unanswered() {
    way = await SilentWay.to(context.url(), 'ledger_reserve_all');
    const database = await openDatabase({ url: way.url, dataDir: '', connections: 2 });
    const ledger = new Ledger(database);
    const lost = reservation();
    const refused = expect(ledger.reserve(lost)).rejects.toMatchObject(UNAVAILABLE);
    await until(async () => (await stateOf(lost.eventId)) === 'open');
    return { ledger, lost, refused, database };
  }

  it('refuses the calls of a wallet that a frozen transaction has locked, and lets those of others in', async () => {
    const other = newId();
    await credit(other);
    await new Ledger(context.database()).reserve(reservation({ amountNano: 1n }));
    const frozen = await context.database().pool.connect();
    try {
      await frozen.query('BEGIN');
      await frozen.query(`SELECT FROM ledger_account WHERE tenant_id = $1 FOR NO KEY UPDATE`, [tenantId]);
      const refused = expect(new Ledger(context.database()).reserve(reservation({ amountNano: 1n }))).rejects.toMatchObject(UNAVAILABLE);
      // It has the clearing account of the currency, and waits for the wallet.
      await until(async () => (await context.database().pool.query(WAITING)).rowCount! > 0);
      expect(await new Ledger(context.database()).reserve(reservation({ tenantId: other }))).toMatchObject({ outcome: 'open' });
      await refused;
    } finally {
      await frozen.query('ROLLBACK');
      frozen.release();
    }
    expect(await new Ledger(context.database()).reserve(reservation({ amountNano: 1n }))).toMatchObject({ outcome: 'open' });
  });

  it('refuses a call whose answer does not come, gives back what was held for it, and lets the next one in', async () => {
    const { ledger, lost, refused, database } = await unanswered();
    try {
      const next = new Promise((resolve) => setImmediate(resolve)).then(() => ledger.reserve(reservation({ amountNano: 40n })));
      await refused;
      expect(await next).toMatchObject({ outcome: 'open' });
      await until(async () => (await stateOf(lost.eventId)) === 'void');
      expect(await ledger.balance(tenantId, 'usd')).toMatchObject({ heldNano: 40n, availableNano: 60n });
    } finally {
      await database.close();
    }
  });

  it('gives back what was held for a call as soon as the database answers again', async () => {
    const { ledger, lost, refused, database } = await unanswered();
    try {
      const { port } = new URL(way!.url);
      await way!.close();
      await refused;
      await expect(ledger.balance(tenantId, 'usd')).rejects.toMatchObject(UNAVAILABLE);
      way = await SilentWay.to(context.url(), 'nothing is silent', Number(port));
      await until(async () => (await stateOf(lost.eventId)) === 'void');
    } finally {
      await database.close();
    }
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A way to PostgreSQL on which nothing comes back any more, for the first connection that sends a word; connections stay as they are. */
class SilentWay {
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(url: string, word: string, at = 0): Promise<SilentWay> {
    const target = new URL(url);
    const folder = target.searchParams.get('host');
    const server = createServer();
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const here = new URL(url);
    here.searchParams.delete('host');
    here.host = `127.0.0.1:${port}`;
    const way = new SilentWay(server, here.href);
    const reach = () => (folder === null ? connect(Number(target.port || 5432), target.hostname) : connect(`${folder}/.s.PGSQL.${target.port || 5432}`));
    server.on('connection', (near) => way.#join(near, reach(), word));
    return way;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #join(near: Socket, far: Socket, word: string): void {
    let isSilent = false;
    near.on('data', (data) => {
      if (!this.#isSilent && data.includes(word)) this.#isSilent = isSilent = true;
      far.write(data);
    });
    far.on('data', (data) => {
      if (!isSilent) near.write(data);
    });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }
}
