import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { createSha256 } from './sha256';

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('is the SHA-256 of every length around a block', () => {
  for (let length = 0; length <= 200; length += 1) {
    const bytes = randomBytes(length);
    const sha = createSha256();
    sha.update(bytes);
    expect(sha.hex()).toBe(expected(bytes));
  }
});

it('is the same however the bytes are cut', () => {
  const bytes = randomBytes(300_000);
  for (const size of [1, 63, 64, 65, 1_000, 70_000]) {
    const sha = createSha256();
    for (let at = 0; at < bytes.length; at += size) sha.update(bytes.subarray(at, at + size));
    expect(sha.hex()).toBe(expected(bytes));
  }
});
