import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Peppers, sealBytes, type SealedFor } from '@steelyard/domain-identity';
import { bytesArray, DATABASE, integerArray, textArray, timeArray, uuidArray, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';

/** Of an input, and of an output: more is noted as too large, by its size alone. */
export const KEPT_BYTES_MAX = 256 * 1024;
/** What may wait to be written. Beyond that only sizes are noted: calls are not held up by what is kept of them. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
const WRITE_EVERY_MS = 250;
/** Of one statement: at least one row, and no more than these. */
const ROWS_MAX = 200;
const STATEMENT_BYTES_MAX = 4 * 1024 * 1024;
const HOUR_MS = 60 * 60 * 1_000;

export interface CallToKeep {
  readonly predictionId: string;
  readonly tenantId: string;
  readonly keyId: string;
  readonly retentionHours: number;
  /** CBOR, as it went to the model. */
  readonly input: Uint8Array;
  /** Absent for a call that came to no whole answer. */
  readonly output?: Uint8Array | undefined;
}

/** A call with as much of its contents as is kept. */
interface WaitingCall extends Pick<CallToKeep, 'predictionId' | 'tenantId' | 'keyId'> {
  readonly input: Uint8Array | undefined;
  readonly output: Uint8Array | undefined;
  readonly inputBytes: number;
  /** -1 for no output. */
  readonly outputBytes: number;
  readonly expiresAtMs: number;
}

/** What a content of a call is sealed for. */
export function sealedFor({ tenantId, predictionId }: Pick<CallToKeep, 'tenantId' | 'predictionId'>, which: 'input' | 'output'): SealedFor {
  return { purpose: 'steelyard kept call', context: `${tenantId} ${predictionId} ${which}` };
}

/** Writes inputs and outputs of calls whose organization has them kept: after the calls, many at once. What waits when a server is killed is lost. */
@Injectable()
export class KeepCalls implements OnApplicationShutdown {
  /** Not injected; specs lower it. */
  waitingBytesMax = WAITING_BYTES_MAX;
  readonly #waiting: WaitingCall[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Takes note of a call; waits for nothing. */
  offer({ input, output, retentionHours, predictionId, tenantId, keyId }: CallToKeep): void {
    const fitting = (content: Uint8Array | undefined) => (content && content.byteLength <= KEPT_BYTES_MAX && this.#bytes <= this.waitingBytesMax ? content : undefined);
    const sizes = { inputBytes: input.byteLength, outputBytes: output?.byteLength ?? -1 };
    const call = { predictionId, tenantId, keyId, input: fitting(input), output: fitting(output), ...sizes, expiresAtMs: Date.now() + retentionHours * HOUR_MS };
    this.#bytes += bytesOf(call);
    this.#waiting.push(call);
    this.#timer ??= setTimeout(() => void this.written(), WRITE_EVERY_MS).unref();
  }

  /** Resolves when what was offered before is in the database, or could not be written. */
  written(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#writing = this.#writing.then(() => this.#write()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.written();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const calls = this.#take();
      try {
        await this.#insert(calls);
      } catch (err) {
        this.log.warn({ err, count: calls.length }, 'inputs and outputs of calls could not be written; they are not kept');
      }
    }
  }

  #take(): WaitingCall[] {
    let [count, bytes] = [0, 0];
    while (count < Math.min(this.#waiting.length, ROWS_MAX) && (count === 0 || bytes < STATEMENT_BYTES_MAX)) bytes += bytesOf(this.#waiting[count++]!);
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #insert(calls: readonly WaitingCall[]): Promise<void> {
    const sealed = (which: 'input' | 'output') => calls.map((call) => call[which] && sealBytes(this.peppers, call[which], sealedFor(call, which)));
    const text = `INSERT INTO kept_call (prediction_id, tenant_id, key_id, input, output, input_bytes, output_bytes, expires_at)
      SELECT u.id, u.tenant, u.key, u.input, u.output, u.input_bytes, nullif(u.output_bytes, -1), least(u.expires_at, ${expiryNow('u.tenant', 'u.key', 'u.id')})
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::integer[], $7::integer[], $8::timestamptz[])
        AS u (id, tenant, key, input, output, input_bytes, output_bytes, expires_at)
      ON CONFLICT DO NOTHING`;
    const [ids, tenants] = [uuidArray(calls.map(({ predictionId }) => predictionId)), uuidArray(calls.map(({ tenantId }) => tenantId))];
    await this.database.pool.query(text, [
      ids,
      tenants,
      textArray(calls.map(({ keyId }) => keyId)),
      bytesArray(sealed('input')),
      bytesArray(sealed('output')),
      integerArray(calls.map(({ inputBytes }) => inputBytes)),
      integerArray(calls.map(({ outputBytes }) => outputBytes)),
      timeArray(calls.map(({ expiresAtMs }) => expiresAtMs)),
    ]);
    // A policy that was set while this was written has neither been seen by it nor has it seen the rows.
    await this.database.pool.query(SHORTEN, [ids, tenants]);
  }
}

/** SQL for when a call is kept no longer by the policies in force, which may be others than when it was admitted; NULL where they say nothing. */
const expiryNow = (tenant: string, key: string, id: string): string => `(
  SELECT usage_id_time(${id}) + make_interval(hours => min(p.retention_hours)) FROM privacy_policy AS p
  WHERE p.tenant_id = ${tenant} AND (p.scope = 'organization' OR p.scope = 'key' AND p.subject = ${key}))`;

const SHORTEN = `
  UPDATE kept_call AS k SET expires_at = ${expiryNow('k.tenant_id', 'k.key_id', 'k.prediction_id')}
  FROM unnest($1::uuid[], $2::uuid[]) AS u (id, tenant)
  WHERE k.tenant_id = u.tenant AND k.prediction_id = u.id AND k.expires_at > ${expiryNow('k.tenant_id', 'k.key_id', 'k.prediction_id')}`;

function bytesOf({ input, output }: Pick<WaitingCall, 'input' | 'output'>): number {
  return (input?.byteLength ?? 0) + (output?.byteLength ?? 0);
}
