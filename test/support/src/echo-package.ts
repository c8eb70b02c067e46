import { afterAll } from '@jest/globals';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface EchoPackage {
  readonly name?: string;
  readonly version?: string;
  /** For each call, in US dollars. */
  readonly amount?: string;
  /** YAML of the whole price, in place of `amount`. */
  readonly price?: string;
  readonly memoryMb?: number;
  readonly runMs?: number;
  /** Lines added to `runtime.options`. */
  readonly options?: Record<string, unknown>;
  /** Other files of the folder, by path. */
  readonly files?: Record<string, string | Uint8Array>;
  /** What the sample must answer; the echo of its input by default. */
  readonly expected?: unknown;
  /** Replaces the whole manifest. */
  readonly manifest?: string;
}

const written: string[] = [];
afterAll(async () => {
  for (const dir of written.splice(0)) await rm(dir, { recursive: true, force: true });
});

/** Writes a small valid package for the echo runtime into a new folder: it answers `text` and `number` as they came. */
export async function writeEchoPackage(wish: EchoPackage = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'steelyard-package-'));
  written.push(dir);
  await mkdir(join(dir, 'samples'));
  const input = { text: 'hello', number: 1 };
  const files: Record<string, string | Uint8Array> = {
    'model.yaml': wish.manifest ?? manifest(wish),
    'README.md': '# Echo\n\nAnswers with its input.\n',
    'weights.json': JSON.stringify({ version: wish.version ?? '1.0.0' }),
    'samples/hello.json': JSON.stringify({ name: 'hello', input, expected: wish.expected ?? input }),
    ...wish.files,
  };
  for (const [path, content] of Object.entries(files)) await writeFile(join(dir, path), content);
  return dir;
}

function manifest(wish: EchoPackage): string {
  return `schema: 1
name: ${wish.name ?? 'echo'}
version: ${wish.version ?? '1.0.0'}
license: Apache-2.0
task: custom
description: Answers with its input.
intendedUse: For tests.
runtime: { name: echo, range: ^0.1.0, options: ${JSON.stringify(wish.options ?? {})} }
artifacts: [ { path: weights.json } ]
input:
  type: object
  required: [text]
  additionalProperties: false
  properties:
    text: { type: string, maxLength: 10000 }
    number: { type: number }
    crash: { enum: [true, false, segfault, abort] }
    allocateMb: { type: integer }
    fail: { type: boolean }
    hang: { type: boolean }
output:
  type: object
  properties:
    text: { type: string }
    number: { type: number }
batching: { maxSize: 16 }
resources: { memoryMb: ${wish.memoryMb ?? 256} }
limits: { loadMs: 20000, runMs: ${wish.runMs ?? 5000} }
price: ${wish.price ?? `{ unit: request, amount: "${wish.amount ?? '0.001'}", currency: usd }`}
`;
}
