import { Inject, Injectable } from '@nestjs/common';
import { postWebhook, WEBHOOK_POLICY, type OutgoingPolicy, type WebhookResult } from '@steelyard/platform-http';
import { WEBHOOK_SECRETS, type WebhookSecrets } from '../ports.js';
import { alertBody } from './alert-body.js';
import type { DueAlert } from './alert.js';

const TIMEOUT_MS = 10_000;

/** One request to a budget's address. */
@Injectable()
export class SendWebhook {
  constructor(
    @Inject(WEBHOOK_SECRETS) private readonly secrets: WebhookSecrets,
    @Inject(WEBHOOK_POLICY) private readonly policy: OutgoingPolicy,
  ) {}

  async send(type: 'budget.alert' | 'budget.test', alert: DueAlert, signal?: AbortSignal): Promise<WebhookResult> {
    const { id, webhookUrl, webhookLabel } = alert;
    if (webhookUrl === null || webhookLabel === null) return { status: null, problem: 'The budget has no address any more' };
    const secret = this.secrets.again(webhookLabel);
    if (secret === undefined) return { status: null, problem: 'The secret cannot be made any more, because the pepper of this server has changed; make a new secret' };
    return postWebhook(webhookUrl, { id, body: alertBody(type, alert), secrets: [secret] }, { policy: this.policy, timeoutMs: TIMEOUT_MS, signal });
  }
}
