import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openJournal, type Journal } from './journal.js';
import type { Position } from './position.js';

/** Longer than two beats of a claim are apart. */
const HEARTBEATS_MS = 2_200;

let dir: string;
const opened: Journal[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'steelyard-journal-'));
});

afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close().catch(() => undefined);
  rmSync(dir, { recursive: true, force: true });
});

async function open(options: { sync?: 'fsync' | 'write'; segmentBytes?: number } = {}): Promise<Journal> {
  const journal = await openJournal({ dir, sync: 'fsync', ...options });
  opened.push(journal);
  return journal;
}

async function replayed(journal: Journal): Promise<unknown[]> {
  return (await positions(journal)).map((record) => record.payload);
}

async function positions(journal: Journal): Promise<{ payload: unknown; position: Position }[]> {
  const records = [];
  for await (const record of journal.replay()) records.push(record);
  return records;
}

const segments = () => readdirSync(dir).filter((name) => name.endsWith('.log')).sort();

describe('journal', () => {
  it('gives back what was appended, in order, after it was opened again', async () => {
    const first = await open();
    const sent = Array.from({ length: 200 }, (_, n) => ({ n, big: 2n ** 62n, text: `ä${n}`, bytes: new Uint8Array([n, 1]) }));
    await Promise.all(sent.map(async (payload, n) => (n % 3 ? first.append(payload) : first.appendNoWait(payload))));
    expect(await replayed(first)).toEqual([]);
    await first.close();
    const second = await open();
    expect(second.epoch).toBe(first.epoch + 1);
    const found = (await replayed(second)) as { n: number; big: bigint; bytes: Uint8Array }[];
    expect(found.map((record) => record.n)).toEqual(sent.map((record) => record.n));
    expect(found[7]!.big).toBe(2n ** 62n);
    expect([...found[7]!.bytes]).toEqual([7, 1]);
  });

  it('says where a record lies before it is written, and starts again at a checkpoint', async () => {
    const journal = await open();
    const expected: Position[] = [];
    for (let n = 0; n < 10; n++) {
      expected.push(journal.end);
      expect(await journal.append(n)).toEqual(expected[n]);
    }
    await journal.checkpoint(expected[4]!);
    await journal.checkpoint(expected[2]!);
    await journal.close();
    const again = await open();
    expect(await positions(again)).toEqual([4, 5, 6, 7, 8, 9].map((n) => ({ payload: n, position: expected[n] })));
  });

  it('writes checkpoints that are asked for at once one after the other, and has the latest, also when it is closed meanwhile', async () => {
    const journal = await open();
    const ends: Position[] = [];
    for (let n = 0; n < 20; n += 1) {
      await journal.append(n);
      ends.push(journal.end);
    }
    const saved = Promise.all(ends.map((position) => journal.checkpoint(position)));
    await journal.close();
    expect(readFileSync(join(dir, 'checkpoint.json'), 'utf8')).toBe(`${JSON.stringify(ends.at(-1))}\n`);
    await saved;
    expect(await replayed(await open())).toEqual([]);
  });

  it('begins new segments, and removes those that lie before the checkpoint, older epochs included', async () => {
    const first = await open({ segmentBytes: 100 });
    for (let n = 0; n < 12; n++) first.appendNoWait('x'.repeat(30));
    await first.append('last');
    expect(segments().length).toBeGreaterThanOrEqual(5);
    await first.close();
    const second = await open({ segmentBytes: 100 });
    expect(await replayed(second)).toHaveLength(13);
    const kept = await second.append('kept');
    await second.checkpoint(kept);
    expect(segments()).toHaveLength(1);
    await second.close();
    const third = await open();
    expect(await replayed(third)).toEqual(['kept']);
    await third.checkpoint(third.end);
    expect(segments()).toEqual([]);
    await third.close();
    expect((await open()).epoch).toBe(4);
  });

  it('loses nothing but the torn record, wherever the file is cut', async () => {
    const journal = await open();
    const starts = [];
    for (let n = 0; n < 6; n++) starts.push((await journal.append({ n, text: 'ab'.repeat(n) })).offset);
    await journal.close();
    const file = join(dir, segments()[0]!);
    const whole = readFileSync(file);
    for (let bytes = whole.length; bytes >= 0; bytes--) {
      truncateSync(file, bytes);
      const again = await open();
      const complete = [...starts.slice(1), whole.length].filter((end) => end <= bytes).length;
      expect(await replayed(again)).toHaveLength(complete);
      await again.close();
    }
  });

  it('takes a tail of garbage or of zeros for a torn write', async () => {
    const journal = await open();
    await journal.append('kept');
    await journal.close();
    const file = join(dir, segments()[0]!);
    const whole = readFileSync(file);
    for (const tail of [Buffer.alloc(4096), Buffer.alloc(4096, 0xff), Buffer.from('00000080deadbeef01', 'hex')]) {
      writeFileSync(file, Buffer.concat([whole, tail]));
      const again = await open();
      expect(await replayed(again)).toEqual(['kept']);
      await again.close();
    }
  });

  it('reports damage before acknowledged records, with its place', async () => {
    const journal = await open();
    const at: Position[] = [];
    for (let n = 0; n < 4; n++) at.push(await journal.append({ n }));
    await journal.close();
    const file = join(dir, segments()[0]!);
    const whole = readFileSync(file);
    for (let byte = at[1]!.offset; byte < at[2]!.offset; byte++) {
      const damaged = Buffer.from(whole);
      damaged[byte]! ^= 0x40;
      writeFileSync(file, damaged);
      const again = await open();
      await expect(replayed(again)).rejects.toMatchObject({ code: 'JOURNAL.CORRUPT', details: { offset: at[1]!.offset } });
      await again.close();
    }
  });

  it('reports a finished segment that is cut short', async () => {
    const journal = await open({ segmentBytes: 64 });
    for (let n = 0; n < 4; n++) await journal.append('x'.repeat(40));
    await journal.close();
    const file = join(dir, segments()[1]!);
    truncateSync(file, statSync(file).size - 1);
    await expect(replayed(await open())).rejects.toMatchObject({ code: 'JOURNAL.CORRUPT', details: { file, offset: 0 } });
  });

  it('refuses a checkpoint that it cannot read instead of guessing', async () => {
    writeFileSync(join(dir, 'checkpoint.json'), '{"epoch":1');
    await expect(open()).rejects.toMatchObject({ code: 'JOURNAL.CHECKPOINT_INVALID' });
    rmSync(join(dir, 'checkpoint.json'));
    await open();
  });

  it('refuses records that are too large and leaves the log as it was', async () => {
    const journal = await open();
    await expect(journal.append(new Uint8Array(2 ** 20))).rejects.toMatchObject({ code: 'JOURNAL.RECORD_TOO_LARGE' });
    expect((await journal.append(1)).offset).toBe(0);
  });

  it('rejects everything, waiting and new, once a write has failed', async () => {
    const journal = await open();
    await journal.append('acknowledged');
    breakDescriptor(descriptorOf(join(dir, segments()[0]!)));
    const results = await Promise.allSettled([journal.append('a'), journal.append('b')]);
    await expect(journal.append('c')).rejects.toMatchObject({ code: 'JOURNAL.FAILED' });
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(() => journal.appendNoWait('d')).toThrow(expect.objectContaining({ code: 'JOURNAL.FAILED' }));
    expect(journal.failure?.code).toBe('JOURNAL.FAILED');
    await journal.close();
    expect(await replayed(await open())).toEqual(['acknowledged']);
  });

  it('does not accept records after it was closed', async () => {
    const journal = await open();
    const last = journal.append('last');
    await Promise.all([journal.close(), journal.close(), last]);
    await expect(journal.append('late')).rejects.toMatchObject({ code: 'JOURNAL.CLOSED' });
  });
});

describe('folder of a journal', () => {
  it('belongs to one live owner', async () => {
    const journal = await open();
    await expect(openJournal({ dir, sync: 'write' })).rejects.toMatchObject({ code: 'JOURNAL.LOCKED', message: expect.stringContaining(`process ${process.pid}`) });
    await journal.close();
    await open();
  });

  it('goes to exactly one of many that find a dead owner', async () => {
    const child = append('claim');
    await linesOf(child).next();
    await kill(child);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => open()));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  it('is not taken from an owner in another process namespace before that has been silent for long', async () => {
    const journal = await open();
    const claim = join(dir, readdirSync(dir).find((name) => name.endsWith('.claim'))!);
    writeFileSync(claim, readFileSync(claim, 'utf8').replace(/"namespace":"[^"]*"/, '"namespace":"elsewhere"'));
    await expect(openJournal({ dir, sync: 'write' })).rejects.toMatchObject({ code: 'JOURNAL.LOCKED' });
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(claim, longAgo, longAgo);
    const taken = await openJournal({ dir, sync: 'write' });
    // The former owner notices at its next heartbeat and stops accepting.
    while (!journal.failure) await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(journal.append('late')).rejects.toMatchObject({ code: 'JOURNAL.FAILED' });
    await taken.close();
  });
});

describe('a folder that cannot be read for a moment', () => {
  it('is still its owner’s', async () => {
    const journal = await open();
    const aside = `${dir}-aside`;
    renameSync(dir, aside);
    writeFileSync(dir, 'not a folder');
    await pause(HEARTBEATS_MS);
    rmSync(dir);
    renameSync(aside, dir);
    await journal.append('after it');
    expect(journal.failure).toBeUndefined();
    await journal.close();
    expect(await replayed(await open())).toEqual(['after it']);
  });
});

describe('a killed process', () => {
  it.each(['fsync', 'write'])('loses nothing that it acknowledged (%s)', async (sync) => {
    for (let round = 0; round < 3; round++) {
      const child = append(sync);
      const acknowledged = new Set<number>();
      for await (const line of linesOf(child)) {
        acknowledged.add(Number(line));
        if (acknowledged.size >= 300 + round * 50) break;
      }
      await kill(child);
      const journal = await open();
      const found = new Set((await replayed(journal)) as number[]);
      expect([...acknowledged].filter((n) => !found.has(n))).toEqual([]);
      await journal.checkpoint(journal.end);
      await journal.close();
    }
  });

  it('that ran out of disk space has told nobody a lie', async () => {
    // A limit on file size stands for a full disk: the write is cut short, then refused.
    const child = append('fsync', ['prlimit', '--fsize=20000']);
    const lines = [];
    for await (const line of linesOf(child)) lines.push(line);
    expect(lines.at(-1)).toBe('JOURNAL.FAILED');
    const acknowledged = lines.slice(0, -1).map(Number);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect((await replayed(await open())).slice(0, acknowledged.length)).toEqual(acknowledged);
  });
});

/** A process that appends numbers to the same folder and prints each when it is acknowledged, or `JOURNAL.FAILED`. */
function append(sync: string, wrapper: string[] = []): ChildProcess {
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
    const journal = await openJournal({ dir: ${JSON.stringify(dir)}, sync: ${JSON.stringify(sync === 'write' ? 'write' : 'fsync')} });
    if (${JSON.stringify(sync)} === 'claim') { console.log('claimed'); setInterval(() => {}, 1000); }
    else for (let n = 0; ; n += 8) {
      const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => journal.append(n + i)));
      results.forEach((result, i) => { if (result.status === 'fulfilled') console.log(n + i); });
      const refused = results.find((result) => result.status === 'rejected');
      if (refused) { console.log(refused.reason.code); process.exit(); }
    }`;
  const [command = process.execPath, ...rest] = [...wrapper, process.execPath, '--input-type=module', '-e', script];
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  yield* createInterface({ input: child.stdout! });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Makes every write to an open file fail. Its number is taken again at once by what cannot be written: else the next socket would get it. */
function breakDescriptor(fd: number): void {
  closeSync(fd);
  const opened: number[] = [];
  do opened.push(openSync('/dev/null', 'r'));
  while (opened.at(-1) !== fd);
  for (const other of opened.slice(0, -1)) closeSync(other);
}

/** The open descriptor of a file of this process. */
function descriptorOf(path: string): number {
  const found = readdirSync('/proc/self/fd').find((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
  return Number(found);
}
