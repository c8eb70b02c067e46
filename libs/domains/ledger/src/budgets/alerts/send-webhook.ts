import { Inject, Injectable } from '@nestjs/common';
import { postOutgoing, type OutgoingPolicy } from '@steelyard/platform-http';
import { WEBHOOK_SECRETS, type WebhookSecrets } from '../ports.js';
import { WEBHOOK_POLICY } from '../webhook-policy.js';
import type { DueAlert } from './alert.js';
import { alertBody, signedHeaders } from './webhook-message.js';

const TIMEOUT_MS = 10_000;

/** Delivered by any answer of 200 to 299; otherwise what went wrong. `status`: of the answer, if there was one. */
export interface WebhookResult {
  readonly status: number | null;
  readonly problem: string | null;
}

/** One request to a budget's address. */
@Injectable()
export class SendWebhook {
  constructor(
    @Inject(WEBHOOK_SECRETS) private readonly secrets: WebhookSecrets,
    @Inject(WEBHOOK_POLICY) private readonly policy: OutgoingPolicy,
  ) {}

  async send(type: 'budget.alert' | 'budget.test', alert: DueAlert, signal?: AbortSignal): Promise<WebhookResult> {
    const { webhookUrl, webhookLabel } = alert;
    if (webhookUrl === null || webhookLabel === null) return { status: null, problem: 'The budget has no address any more' };
    const secret = this.secrets.again(webhookLabel);
    if (secret === undefined) return { status: null, problem: 'The secret cannot be made any more, because the pepper of this server has changed; make a new secret' };
    const body = alertBody(type, alert);
    const headers = signedHeaders({ secret, body, id: alert.id, nowMs: Date.now() });
    const answer = await postOutgoing(webhookUrl, { headers, body, policy: this.policy, timeoutMs: TIMEOUT_MS, signal });
    if ('problem' in answer) return { status: null, problem: answer.problem };
    const { status } = answer;
    if (status >= 200 && status < 300) return { status, problem: null };
    return { status, problem: status >= 300 && status < 400 ? `It answered ${status}, and redirects are not followed` : `It answered ${status}` };
  }
}
