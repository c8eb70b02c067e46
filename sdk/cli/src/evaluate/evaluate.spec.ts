import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MediaInput } from '@steelyard/client';
import { type ModelReport, scorerOf } from '@steelyard/client/evaluation';
import type { CommandIo } from '../command-io.js';
import { comparisonTable } from './comparison-table.js';
import { readData } from './read-data.js';

const scorer = scorerOf('image-classification')!;

describe('readData', () => {
  let dir: string;
  let io: CommandIo;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-data-'));
    await mkdir(join(dir, 'data/images'), { recursive: true });
    io = { cwd: dir, env: {}, stdin: Readable.from([]), stdout: { write: () => true }, stderr: process.stderr };
  });
  afterEach(() => rm(dir, { recursive: true }));

  const read = async (...lines: string[]) => {
    await writeFile(join(dir, 'data/set.jsonl'), lines.join('\n'));
    return readData(io, 'data/set.jsonl', scorer);
  };
  const image = (path: string) => `{"input": {"image": {"$file": ${JSON.stringify(path)}}}, "expected": "1"}`;

  it('sends the files that lie beside it', async () => {
    await writeFile(join(dir, 'data/images/one.png'), 'pixels');
    const { lines, sent } = await read(image('images/one.png'), '{"input": {"image": "AAAA"}, "expected": {"label": "2"}}');
    const given = sent(lines[0]!)['image'] as Extract<MediaInput, { bytes(): unknown }>;
    expect(Buffer.from((await given.bytes())).toString()).toBe('pixels');
    expect(sent(lines[1]!)).toEqual({ image: 'AAAA' });
  });

  it('says of every line what is wrong with it', async () => {
    await writeFile(join(dir, 'secret.png'), 'secret');
    await symlink(join(dir, 'secret.png'), join(dir, 'data/link.png'));
    const bad = read(image('../secret.png'), image('/etc/hostname'), image('none.png'), image('link.png'), image('images'), '{"input": {}, "expected": 1}', 'hello');
    await expect(bad).rejects.toMatchObject({
      code: 'CLI.DATA_INVALID',
      message: expect.stringMatching(/line 1 .*leaves[^]*line 2 .*absolute[^]*line 3 .*no such file[^]*line 4 .*a link[^]*line 5 .*no such file[^]*line 6 must expect a label[^]*line 7 is no JSON/),
    });
    await expect(read('')).rejects.toMatchObject({ code: 'CLI.DATA_INVALID' });
    await expect(read(...Array.from({ length: 12 }, () => 'x'))).rejects.toThrow(/line 10 is no JSON\n {2}and 2 more/);
    await expect(readData(io, 'nowhere.jsonl', scorer)).rejects.toMatchObject({ code: 'CLI.FILE_UNREADABLE' });
  });
});

describe('comparisonTable', () => {
  const report = (ref: string, accuracy: number | undefined, p50: number, cost: bigint, failures: Record<string, number> = {}): ModelReport => ({
    ref,
    versions: [`${ref}@1.0.0`],
    scored: accuracy === undefined ? 0 : 4,
    failures,
    measures: accuracy === undefined ? {} : { accuracy, macroF1: 0.5 },
    latencyMs: { p50, p95: p50 * 2 },
    costNano: cost * 4n,
    costPerThousandNano: cost * 1000n,
    currency: 'usd',
  });

  it('shows models side by side and marks the best', () => {
    expect(comparisonTable([report('a/b', 0.9, 5, 200_000n), report('c/digits', 0.95, 5, 1_000_000n, { 'RUNTIME.RUN_FAILED': 2 })], scorer, 6)).toBe(
      [
        '                            a/b         c/digits',
        'accuracy                    90.0%       95.0% *',
        'macro F1                    50.0%       50.0%',
        'latency, median             5.0 ms      5.0 ms',
        'latency, 95th               10 ms       10 ms',
        'cost of 1,000 calls         0.20 usd *  1.00 usd',
        'cost in all                 0.0008 usd  0.004 usd',
        'lines measured              4 of 6      4 of 6',
        'failed: RUNTIME.RUN_FAILED  0           2',
        '',
        '* the best of them. Failures are not part of the measures.',
      ].join('\n'),
    );
  });

  it('leaves out what nobody was measured by', () => {
    const shown = comparisonTable([report('a/b', undefined, 1, 0n)], scorer, 4);
    expect(shown).not.toMatch(/accuracy|best of them/);
    expect(shown).toContain('0 of 4');
  });
});
