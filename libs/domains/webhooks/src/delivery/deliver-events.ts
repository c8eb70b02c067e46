import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { newId } from '@steelyard/kernel';
import { DATABASE, dueFairly, FairSending, type Database } from '@steelyard/platform-database';
import { postWebhook, WEBHOOK_POLICY, type OutgoingPolicy, type WebhookResult } from '@steelyard/platform-http';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { DISABLED_GONE } from '../endpoints/endpoint.js';
import { WebhookSigning } from '../webhook-signing.js';
import { eventBody } from './event-body.js';

const TIMEOUT_MS = 10_000;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** After an attempt, until the next: over three days in all. As Standard Webhooks proposes. */
export const PAUSES_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const;

const GONE = 410;

const CLAIM = `
  ${dueFairly('webhook_delivery')}
  UPDATE webhook_delivery AS d SET attempts = d.attempts + 1, next_attempt_at = $2
  FROM mine
  JOIN webhook_delivery AS known ON known.tenant_id = mine.tenant_id AND known.id = mine.id
  JOIN webhook_endpoint AS p ON p.tenant_id = known.tenant_id AND p.id = known.endpoint_id
  JOIN webhook_event AS v ON v.tenant_id = known.tenant_id AND v.id = known.event_id
  WHERE d.tenant_id = mine.tenant_id AND d.id = mine.id
  RETURNING d.tenant_id AS "tenantId", d.id, d.attempts, d.endpoint_id AS "endpointId", d.event_id AS "eventId", v.type, v.data, v.created_at AS "createdAt",
    p.url, p.disabled, ARRAY[p.secret_label, CASE WHEN p.former_until > $1 THEN p.former_label END] AS labels`;

/** What came of an attempt, unless another server has taken it meanwhile, or it was asked for anew. */
const SETTLE = `
  WITH settled AS (
    UPDATE webhook_delivery SET state = $4, next_attempt_at = $5
    WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting' RETURNING tenant_id, id
  )
  INSERT INTO webhook_attempt (tenant_id, delivery_id, id, at, took_ms, status, problem) SELECT tenant_id, id, $6, $7, $8, $9, $10 FROM settled`;

const DISABLE = 'UPDATE webhook_endpoint SET disabled = $3 WHERE tenant_id = $1 AND id = $2 AND disabled IS NULL';

interface Due {
  readonly tenantId: string;
  readonly id: string;
  readonly attempts: number;
  readonly endpointId: string;
  readonly eventId: string;
  readonly type: string;
  readonly data: unknown;
  readonly createdAt: Date;
  readonly url: string;
  readonly disabled: string | null;
  readonly labels: readonly (string | null)[];
}

/** Tells addresses of events: at least once each, tried again with growing pauses for days. */
@Injectable()
export class DeliverEvents implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #sending: FairSending<Due>;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(WebhookSigning) private readonly signing: WebhookSigning,
    @Inject(WEBHOOK_POLICY) private readonly policy: OutgoingPolicy,
    @Inject(LOGGER) log: Logger,
  ) {
    const claim = async (values: readonly unknown[]) => (await database.pool.query<Due>({ name: 'webhook_claim', text: CLAIM, values: [...values] })).rows;
    this.#sending = new FairSending({ name: 'send webhooks', log, pool: database.pool, table: 'webhook_delivery', claim, send: (due, nowMs, signal) => this.#deliver(due, nowMs, signal) });
  }

  onApplicationBootstrap(): void {
    this.#sending.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#sending.stop();
  }

  /** Sends those that are due at a time, and gives how many that were. @throws what `pg` throws */
  run(nowMs: number, signal?: AbortSignal): Promise<number> {
    return this.#sending.once(nowMs, signal);
  }

  async #deliver(due: Due, nowMs: number, signal: AbortSignal | undefined): Promise<void> {
    const startedMs = performance.now();
    const { status, problem } = await this.#send(due, signal);
    // This server stops: another one takes it when the claim is over.
    if (signal?.aborted && problem !== null) return;
    const pauseMs = due.disabled === null && status !== GONE ? PAUSES_MS[due.attempts - 1] : undefined;
    const [state, nextMs] = problem === null ? ['delivered', null] : pauseMs === undefined ? ['failed', null] : ['waiting', nowMs + pauseMs];
    const attempt = [newId(nowMs), new Date(nowMs).toISOString(), Math.round(performance.now() - startedMs), status, problem];
    const values = [due.tenantId, due.id, due.attempts, state, nextMs === null ? null : new Date(nextMs).toISOString(), ...attempt];
    await this.database.pool.query({ name: 'webhook_settle', text: SETTLE, values });
    if (status === GONE) await this.database.pool.query(DISABLE, [due.tenantId, due.endpointId, DISABLED_GONE]);
  }

  async #send({ url, disabled, labels, eventId, ...event }: Due, signal: AbortSignal | undefined): Promise<WebhookResult> {
    if (disabled !== null) return { status: null, problem: `Nothing is sent to the address: ${disabled}` };
    const secrets = this.signing.known(labels);
    if (secrets.length === 0) return { status: null, problem: 'The secret cannot be made any more, because the pepper of this server has changed; make a new secret' };
    return postWebhook(url, { id: eventId, body: eventBody(event), secrets }, { policy: this.policy, timeoutMs: TIMEOUT_MS, signal });
  }
}
