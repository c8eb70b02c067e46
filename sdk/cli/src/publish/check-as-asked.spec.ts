import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { checkAsAsked } from './check-as-asked.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Checks the version 1.0.0 of a model that a server says this of. */
async function check(model: { visibility: string; channels: Readonly<Record<string, string>> } | null, wish: { channel?: string; isPublic?: boolean } = {}): Promise<void> {
  const channels = Object.entries(model?.channels ?? {}).map(([name, version]) => ({ name, version: { version } }));
  const server = createServer((request, response) => void request.resume().on('end', () => response.end(JSON.stringify({ data: { model: model && { ...model, channels } } }))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const client = createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: 'key-1' });
  await checkAsAsked(client, 'acme/digits@1.0.0', { isPublic: false, ...wish });
}

describe('a version that is published already', () => {
  const hidden = { visibility: 'PRIVATE', channels: { stable: '2.0.0', beta: '1.0.0' } };
  const shown = { ...hidden, visibility: 'PUBLIC' };

  it.each([
    ['nothing was asked for', hidden, {}],
    ['its channel has it', hidden, { channel: 'beta' }],
    ['it is public', shown, { channel: 'beta', isPublic: true }],
    ['nothing was asked for and the key may not read it', null, {}],
  ])('is as asked where %s', async (_what, model, wish) => {
    await expect(check(model, wish)).resolves.toBeUndefined();
  });

  it.each([
    ['its channel has another', hidden, { channel: 'stable' }, ['stable is 2.0.0'], ['steelyard release digits 1.0.0 --channel stable']],
    ['there is no such channel', hidden, { channel: 'next' }, ['there is no channel next'], ['steelyard release digits 1.0.0 --channel next']],
    ['nothing was ever released', { ...hidden, channels: {} }, {}, ['there is no channel stable'], ['steelyard release digits 1.0.0 --channel stable']],
    ['the model is not public', hidden, { isPublic: true }, ['the model is private'], ['steelyard model visibility digits public']],
    [
      'neither is so', { ...hidden, visibility: 'UNLISTED' }, { channel: 'next', isPublic: true },
      ['there is no channel next', 'the model is unlisted'], ['steelyard release digits 1.0.0 --channel next', 'steelyard model visibility digits public'],
    ],
  ])('is not as asked where %s', async (_what, model, wish, problems, commands) => {
    const failure = check(model, wish);
    await expect(failure).rejects.toMatchObject({ code: 'CLI.NOT_AS_ASKED', details: { ref: 'acme/digits@1.0.0', problems, commands } });
    for (const text of problems) await expect(failure).rejects.toMatchObject({ message: expect.stringContaining(text) });
    for (const text of commands) await expect(failure).rejects.toMatchObject({ fix: expect.stringContaining(text) });
  });

  it('cannot be told to be as asked by a key that may not read it', async () => {
    await expect(check(null, { channel: 'beta' })).rejects.toMatchObject({ code: 'CLI.NOT_FOUND' });
  });
});
