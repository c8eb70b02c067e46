import { expect, it } from '@jest/globals';
import { createSha256, sha256Hex } from './sha256.js';

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, () => Math.floor(Math.random() * 256));

async function expected(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

it('is the SHA-256 of every length around a block', async () => {
  for (let length = 0; length <= 200; length += 1) {
    const bytes = randomBytes(length);
    const sha = createSha256();
    sha.update(bytes);
    expect(sha.hex()).toBe(await expected(bytes));
  }
});

it('is the same however the bytes are cut', async () => {
  const bytes = randomBytes(300_000);
  for (const size of [1, 63, 64, 65, 1_000, 70_000]) {
    const sha = createSha256();
    for (let at = 0; at < bytes.length; at += size) sha.update(bytes.subarray(at, at + size));
    expect(sha.hex()).toBe(await expected(bytes));
  }
});

it('is the same of a text, with what Node has and without', () => {
  for (const text of ['', 'abc', 'a€😀', 'x'.repeat(1_000)]) {
    const sha = createSha256();
    sha.update(new TextEncoder().encode(text));
    expect(sha256Hex(text)).toBe(sha.hex());
  }
});
