import { createHmac } from 'node:crypto';
import { postOutgoing, type OutgoingRequest } from './post.js';

/** Begins every secret, so that it is known for what it is where it is found. */
const SECRET_PREFIX = 'whsec_';

export interface WebhookMessage {
  /** The same in every attempt: receivers tell by it what they have had already. */
  readonly id: string;
  /** JSON */
  readonly body: string;
  /** Bytes as base64url. More than one while a secret is being changed: receivers accept a message that either of them has signed. */
  readonly secrets: readonly string[];
}

/** Delivered by any answer of 200 to 299; otherwise what went wrong. `status`: of the answer, if there was one. */
export interface WebhookResult {
  readonly status: number | null;
  readonly problem: string | null;
}

/** A secret as people are shown it: `whsec_` and its bytes as base64. */
export function showWebhookSecret(secret: string): string {
  return SECRET_PREFIX + Buffer.from(secret, 'base64url').toString('base64');
}

/**
 * The headers of Standard Webhooks (github.com/standard-webhooks, version 1): HMAC-SHA-256 of id, time in seconds and body with dots between them,
 * as base64.
 */
export function webhookHeaders({ id, body, secrets }: WebhookMessage, nowMs: number): Record<string, string> {
  const time = Math.floor(nowMs / 1_000);
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', Buffer.from(secret, 'base64url')).update(`${id}.${time}.${body}`).digest('base64')}`);
  return { 'content-type': 'application/json', 'user-agent': 'steelyard', 'webhook-id': id, 'webhook-timestamp': String(time), 'webhook-signature': signatures.join(' ') };
}

/** One attempt to deliver a message. Never throws. */
export async function postWebhook(url: string, message: WebhookMessage, options: Pick<OutgoingRequest, 'policy' | 'timeoutMs' | 'signal'>): Promise<WebhookResult> {
  const answer = await postOutgoing(url, { ...options, headers: webhookHeaders(message, Date.now()), body: message.body });
  if ('problem' in answer) return { status: null, problem: answer.problem };
  const { status } = answer;
  if (status >= 200 && status < 300) return { status, problem: null };
  return { status, problem: status >= 300 && status < 400 ? `It answered ${status}, and redirects are not followed` : `It answered ${status}` };
}
