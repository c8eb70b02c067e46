import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, it } from '@jest/globals';
import { ModelNames } from '@steelyard/domain-catalog';
import { ActorNames, OrganizationHandles, Peppers } from '@steelyard/domain-identity';
import { newId, type Caller } from '@steelyard/kernel';
import { sqlTransaction } from '@steelyard/platform-database';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { encodeValue } from '@steelyard/wire';
import { KnownPolicies } from '../policies/known-policies.js';
import { SetPolicy } from '../policies/set-policy.js';
import { DeleteDue } from './delete-due.job.js';
import { KEPT_BYTES_MAX, KeepCalls, type CallToKeep } from './keep-calls.js';
import { ReadKeptCall } from './read-kept-call.js';

const HOUR_MS = 3_600_000;
const INPUT = encodeValue({ text: 'what went in', bytes: new Uint8Array([1, 2]), big: 2n ** 60n });
const OUTPUT = encodeValue({ text: 'what came out' });

describeDatabase('kept calls', (context) => {
  let keeping: KeepCalls;
  let calls: ReadKeptCall;
  let caller: Caller;
  const count = async () => Number((await context.database().pool.query('SELECT count(*) AS n FROM kept_call WHERE tenant_id = $1', [caller.organizationId])).rows[0].n);

  beforeEach(() => {
    const [database, peppers] = [context.database(), new Peppers(['pepper'])];
    keeping = new KeepCalls(database, peppers, silentLogger);
    calls = new ReadKeptCall(database, peppers, keeping);
    caller = { organizationId: newId(), organizationHandle: 'x', actorId: 'key-1', scopes: new Set() };
  });

  const offer = (call: Partial<CallToKeep> = {}): string => {
    const predictionId = newId();
    keeping.offer({ predictionId, tenantId: caller.organizationId, keyId: 'key-1', retentionHours: 24, input: INPUT, output: OUTPUT, ...call });
    return predictionId;
  };

  it('are shown to their organization, and to nobody else', async () => {
    const id = offer();
    const kept = (await calls.find(caller, id))!;
    expect(kept.input).toEqual({ state: 'kept', value: { text: 'what went in', bytes: 'AQI=', big: String(2n ** 60n) }, bytes: INPUT.byteLength });
    expect(kept.output).toEqual({ state: 'kept', value: { text: 'what came out' }, bytes: OUTPUT.byteLength });
    expect(Math.abs(kept.keptUntil.getTime() - Date.now() - 24 * HOUR_MS)).toBeLessThan(60_000);
    expect(await calls.find({ ...caller, organizationId: newId() }, id)).toBeUndefined();
    expect(await calls.find(caller, newId())).toBeUndefined();
    expect(await calls.find(caller, 'nonsense')).toBeUndefined();
  });

  it('lie sealed in the database, each for its own place', async () => {
    const [first, second] = [offer(), offer()];
    await keeping.written();
    const { pool } = context.database();
    const { rows } = await pool.query<{ input: Buffer; output: Buffer }>('SELECT input, output FROM kept_call WHERE tenant_id = $1', [caller.organizationId]);
    expect(rows).toHaveLength(2);
    for (const { input, output } of rows) expect(Buffer.concat([input, output]).toString('latin1')).not.toMatch(/what (went|came)/);
    await pool.query('UPDATE kept_call SET input = (SELECT input FROM kept_call WHERE prediction_id = $2) WHERE prediction_id = $1', [first, second]);
    await expect(calls.find(caller, first)).rejects.toMatchObject({ code: 'PRIVACY.NOT_OPENED' });
    await expect(new ReadKeptCall(context.database(), new Peppers(['another']), keeping).find(caller, second)).rejects.toMatchObject({ code: 'PRIVACY.NOT_OPENED' });
  });

  it('are the input alone where there was no answer, and sizes alone of what is too large or too much', async () => {
    expect(await calls.find(caller, offer({ output: undefined }))).toMatchObject({ input: { state: 'kept' }, output: null });
    const large = new Uint8Array(KEPT_BYTES_MAX + 1);
    expect(await calls.find(caller, offer({ output: large }))).toMatchObject({ input: { state: 'kept' }, output: { state: 'too-large', value: null, bytes: KEPT_BYTES_MAX + 1 } });
    const most = encodeValue({ text: 'x'.repeat(KEPT_BYTES_MAX - 20) });
    keeping.waitingBytesMax = 5 * KEPT_BYTES_MAX;
    const ids = Array.from({ length: 8 }, () => offer({ input: most, output: undefined }));
    expect(await calls.find(caller, ids[0]!)).toMatchObject({ input: { state: 'kept' } });
    expect(await calls.find(caller, ids.at(-1)!)).toMatchObject({ input: { state: 'dropped', value: null, bytes: most.byteLength } });
    expect(await calls.find(caller, offer())).toMatchObject({ input: { state: 'kept' } });
  });

  it('are not shown once their time is over, and deleted then', async () => {
    const [short, long] = [offer({ retentionHours: 1 }), offer({ retentionHours: 3 })];
    await keeping.written();
    const due = new DeleteDue(context.database(), silentLogger);
    await due.run(new Date());
    expect(await count()).toBe(2);
    await due.run(new Date(Date.now() + 2 * HOUR_MS));
    expect(await calls.find(caller, short)).toBeUndefined();
    expect(await calls.find(caller, long)).toBeDefined();
    await context.database().pool.query('UPDATE kept_call SET expires_at = now() WHERE prediction_id = $1', [long]);
    expect(await calls.find(caller, long)).toBeUndefined();
    await due.run(new Date());
    expect(await count()).toBe(0);
  });

  /** Sets policies of the caller's organization, which has a key. */
  const policiesOf = async (keyId: string): Promise<SetPolicy> => {
    const database = context.database();
    await database.withPlatform(async (tx) => {
      await tx.organization.create({ data: { id: caller.organizationId, handle: `o-${caller.organizationId}`, name: 'o' } });
      await tx.apiKey.create({ data: { id: keyId, tenantId: caller.organizationId, name: 'key', secretHmac: Buffer.alloc(32), pepperId: 'p1', scopes: [] } });
    });
    const handles = new OrganizationHandles(database);
    return new SetPolicy(database, new KnownPolicies(database, silentLogger), new ModelNames(database, handles), new ActorNames(database), handles);
  };

  it('go when a policy says that nothing is kept, of its key or of all', async () => {
    const database = context.database();
    const policies = await policiesOf('key-1');
    const [own, other] = [offer(), offer({ keyId: 'key-2' })];
    await keeping.written();
    await policies.set(caller, { keyId: 'key-1' }, { retentionHours: 0 });
    expect([await calls.find(caller, own), await calls.find(caller, other)]).toEqual([undefined, expect.anything()]);
    await policies.set(caller, {}, { retentionHours: 48 });
    expect(await calls.find(caller, other)).toBeDefined();
    await policies.set(caller, {}, { retentionHours: 0 });
    expect(await calls.find(caller, other)).toBeUndefined();
    await new DeleteDue(database, silentLogger).run(new Date());
    expect(await count()).toBe(0);
  });

  it('are kept no longer than a policy says that was set after they were admitted', async () => {
    const policies = await policiesOf('key-2');
    const [own, other] = [offer({ keyId: 'key-2' }), offer()];
    await policies.set(caller, { keyId: 'key-2' }, { retentionHours: 0 });
    expect([await calls.find(caller, own), await calls.find(caller, other)]).toEqual([undefined, expect.anything()]);
    await policies.set(caller, {}, { retentionHours: 2 });
    const { keptUntil } = (await calls.find(caller, offer()))!;
    expect(Math.abs(keptUntil.getTime() - Date.now() - 2 * HOUR_MS)).toBeLessThan(60_000);
  });

  it('are kept no longer than a policy says that is set while they are written', async () => {
    const policies = await policiesOf('key-3');
    const { pool } = context.database();
    const id = offer({ keyId: 'key-3' });
    let written: Promise<void> | undefined;
    await sqlTransaction(pool, async (client) => {
      const taken = `INSERT INTO kept_call (tenant_id, prediction_id, key_id, input_bytes, expires_at) VALUES ($1, $2, 'key-3', 1, now() + INTERVAL '1 day')`;
      await client.query(taken, [caller.organizationId, id]);
      // It has begun, and waits for the row.
      written = keeping.written();
      const waits = async () => (await pool.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).rows.length > 0;
      for (let tries = 0; tries < 100 && !(await waits()); tries += 1) await pause(20);
      await policies.set(caller, {}, { retentionHours: 0 });
      await client.query('ROLLBACK; BEGIN');
    });
    await written;
    expect(await count()).toBe(1);
    expect(await calls.find(caller, id)).toBeUndefined();
  });
});
