import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import Stripe from 'stripe';

const command = fileURLToPath(new URL('../dist/command.js', import.meta.url));

it('starts as a command, says where it is, and stops when it is told to', async () => {
  if (!existsSync(command)) throw new Error('The double is not compiled: npm run build');
  const child = spawn(process.execPath, [command, '--port', '0', '--webhook-url', 'http://127.0.0.1:9/'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const said = JSON.parse(line.toString()) as { url: string; apiKey: string; webhookSecret: string };
    expect(said.webhookSecret).toBe('whsec_double');
    const { hostname, port } = new URL(said.url);
    const stripe = new Stripe(said.apiKey, { host: hostname, port, protocol: 'http' });
    expect(await stripe.customers.create({ name: 'x' })).toMatchObject({ name: 'x', livemode: false });
  } finally {
    child.kill('SIGTERM');
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
});
