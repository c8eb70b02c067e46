import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient, Pool } from 'pg';

/** Who is written down, in the audit log, as the one who changes something. Never whose data it is: that is stated by every transaction itself. */
export interface Acting {
  /** A key's id or `person:<id>`. */
  readonly actorId: string;
  readonly kind: 'key' | 'person' | 'operator';
  readonly requestId?: string | undefined;
}

/** Asked when a transaction begins, since who sends a request may be found out while it runs. */
type Who = () => Acting | undefined;

const acting = new AsyncLocalStorage<Who>();
const NOBODY: Who = () => undefined;
/** How many act. While none does, nothing follows promises: on Node 20 that makes every promise of the process dearer, those of calls among them. */
let running = 0;

/**
 * Does work, and all that it starts and waits for, in somebody's name.
 * Work that goes on for others as well does not belong in here: see {@link actAsPlatform}.
 */
export async function actAs<T>(who: Who, work: () => Promise<T>): Promise<T> {
  let result: Promise<T> | undefined;
  const end = startActing(who, () => {
    result = work();
  });
  try {
    return await result!;
  } finally {
    end();
  }
}

/** Like {@link actAs}, for what ends elsewhere. @returns what is to be called once, then */
export function startActing(who: Who, work: () => void): () => void {
  running += 1;
  try {
    acting.run(who, work);
  } catch (error) {
    stopActing();
    throw error;
  }
  return stopActing;
}

function stopActing(): void {
  running -= 1;
  if (running === 0) acting.disable();
}

/** Does work in nobody's name, whoever has set it going. */
export function actAsPlatform<T>(work: () => T): T {
  return running === 0 ? work() : acting.run(NOBODY, work);
}

/** Who acts now: for work that is put off. */
export function whoActs(): Acting | undefined {
  return acting.getStore()?.();
}

/** `app.actor`, `app.actor_kind` and `app.request_id` of a transaction that begins now. */
export function actingSettings(): readonly [actor: string, kind: string, requestId: string] {
  const who = whoActs();
  return [who?.actorId ?? '', who?.kind ?? '', who?.requestId ?? ''];
}

/**
 * One transaction of plain SQL, as the platform. For functions that {@link Database.withPlatform} would have to wrap; not for hot paths.
 * @param reason goes into the entries of the audit log.
 */
export async function sqlTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>, reason = ''): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    await client.query(`SELECT set_config('app.actor', $1, true), set_config('app.actor_kind', $2, true), set_config('app.request_id', $3, true), set_config('app.reason', $4, true)`, [...actingSettings(), reason]);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => (failure = cause));
    throw error;
  } finally {
    // A connection that cannot even be rolled back is thrown away.
    client.release(failure);
  }
}
