import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LaidOutFile } from './laid-out-file.js';

const MIB = 1024 * 1024;

describe('a file that is laid out ahead', () => {
  let dir: string;
  let path: string;
  let file: LaidOutFile;
  const make = async (bytesMax: number) => (file = await LaidOutFile.create(path, { bytesMax }));

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'steelyard-laid-out-'));
    path = join(dir, 'file');
  });
  afterEach(async () => {
    await file.close();
    rmSync(dir, { recursive: true });
  });

  it('has zeros behind what was written, and none once it is finished', async () => {
    await make(64 * MIB);
    await file.write(Buffer.from('steel'));
    expect(readFileSync(path)).toEqual(Buffer.concat([Buffer.from('steel'), Buffer.alloc(MIB - 5)]));
    await file.finish();
    expect(readFileSync(path, 'utf8')).toBe('steel');
  });

  it.each([700, 300_000, 3 * MIB])('keeps every byte of writes of up to %i bytes, and zeros never cover one', async (bytesMax) => {
    await make(64 * MIB);
    const written: Buffer[] = [];
    while (file.bytes < 6 * MIB) {
      const bytes = randomBytes(1 + Math.floor(Math.random() * bytesMax));
      await file.write(bytes);
      written.push(bytes);
      if (written.length % 200 === 0) await file.sync();
    }
    const whole = Buffer.concat(written);
    expect(file.bytes).toBe(whole.length);
    await file.sync();
    const before = readFileSync(path);
    expect(before.subarray(0, whole.length).equals(whole)).toBe(true);
    expect(before.subarray(whole.length).every((byte) => byte === 0)).toBe(true);
    await file.finish();
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it('lays no zeros beyond its size, which what is written may pass', async () => {
    await make(1_000);
    await file.write(Buffer.alloc(900, 1));
    expect(statSync(path).size).toBe(1_000);
    await file.write(Buffer.alloc(900, 2));
    expect(readFileSync(path)).toEqual(Buffer.concat([Buffer.alloc(900, 1), Buffer.alloc(900, 2)]));
  });

  it('only grows where it is not to be laid out', async () => {
    await make(0);
    for (let n = 1; n <= 3; n++) {
      await file.write(Buffer.from('abc'));
      expect(statSync(path).size).toBe(3 * n);
    }
  });

  it('forgets what is cut off, and goes on there', async () => {
    await make(64 * MIB);
    await file.write(Buffer.from('kept'));
    await file.write(Buffer.from('taken back'));
    await file.cut(4);
    expect(readFileSync(path, 'utf8')).toBe('kept');
    await file.write(Buffer.from(', and more'));
    await file.finish();
    expect(readFileSync(path, 'utf8')).toBe('kept, and more');
  });
});
