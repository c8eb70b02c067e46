#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startStripeDouble } from './start-stripe-double.js';

const RETRY_EVERY_MS = 5_000;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '12111' },
    'webhook-url': { type: 'string' },
    'webhook-secret': { type: 'string', default: 'whsec_double' },
    seed: { type: 'string', default: '1' },
  },
});

const url = values['webhook-url'];
const double = await startStripeDouble({ port: Number(values.port), seed: Number(values.seed), ...(url ? { webhook: { url, secret: values['webhook-secret'] } } : {}) });
console.log(JSON.stringify({ url: double.url, apiKey: double.apiKey, webhookSecret: url ? values['webhook-secret'] : undefined }));

const timer = setInterval(() => void tick(), RETRY_EVERY_MS);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

async function tick(): Promise<void> {
  double.control.letTimePass();
  await double.control.webhooks.retryFailed();
}

async function stop(): Promise<void> {
  clearInterval(timer);
  await double.stop().catch((failure: Error) => {
    console.error(failure.message);
    process.exitCode = 1;
  });
}
