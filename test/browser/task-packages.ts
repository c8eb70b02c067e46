import { writeEchoPackage } from '@steelyard/test-support';

type Fields = Readonly<Record<string, unknown>>;

/** A model of a task that answers with the output that stands in its sample: what the portal makes of it is looked at, not what a model finds. */
interface TaskPackage {
  readonly task: string;
  /** The one field that must be given, by its schema. */
  readonly field: readonly [name: string, schema: Fields];
  readonly value: unknown;
  readonly output: Fields;
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

const TEXT = 'Ada Lovelace wrote to Charles Babbage from Ockham Park.';
const RATE = 8_000;
const entity = (label: string, text: string) => ({ label, score: 0.97, text, start: TEXT.indexOf(text), end: TEXT.indexOf(text) + text.length });

/** Two seconds, of which the second half is a tone. */
function tone(): Uint8Array {
  const samples = Int16Array.from({ length: 2 * RATE }, (_, at) => (at < RATE ? 0 : 12_000 * Math.sin(at / 3)));
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(2 * RATE, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

/** By their names. */
const packages = {
  names: { task: 'token-classification', field: ['text', { type: 'string' }], value: TEXT, output: { entities: [entity('person', 'Ada Lovelace'), entity('person', 'Charles Babbage'), entity('place', 'Ockham Park')] } },
  vectors: { task: 'text-embedding', field: ['text', { type: 'string' }], value: TEXT, output: { embedding: Array.from({ length: 64 }, (_, at) => Math.sin(at)) } },
  speech: {
    task: 'voice-activity-detection',
    field: ['audio', { type: 'string', contentMediaType: 'audio/wav', contentEncoding: 'base64' }],
    value: { $file: 'samples/tone.wav' },
    output: { segments: [{ start: 1, end: 2, score: 0.9 }], speechSeconds: 1, durationSeconds: 2 },
    files: { 'samples/tone.wav': tone() },
  },
  series: {
    task: 'time-series-forecasting',
    field: ['values', { type: 'array', items: { type: 'number' } }],
    value: Array.from({ length: 48 }, (_, at) => 10 + Math.round(500 * Math.sin(at / 4)) / 100),
    output: { forecast: [11, 12, 13], lower: [10, 10, 10], upper: [12, 14, 16] },
  },
} as const satisfies Record<string, TaskPackage>;

export const TASK_PACKAGES = Object.keys(packages) as (keyof typeof packages)[];

/** Writes one of them for publication. */
export function writeTaskPackage(name: keyof typeof packages): Promise<string> {
  const { task, field: [field, schema], value, output, files }: TaskPackage = packages[name];
  const given = Object.fromEntries(Object.keys(output).map((key) => [key, {}]));
  const manifest = {
    schema: 1,
    name,
    version: '1.0.0',
    license: 'Apache-2.0',
    task,
    description: `Answers as a model of ${task} would.`,
    runtime: { name: 'echo', range: '^0.1.0' },
    artifacts: [{ path: 'weights.json' }],
    input: { type: 'object', required: [field], properties: { [field]: schema, ...given } },
    resources: { memoryMb: 256 },
    price: { unit: 'request', amount: '0.0001', currency: 'usd' },
  };
  // JSON is YAML as well.
  return writeEchoPackage({ manifest: JSON.stringify(manifest), files: { ...files, 'samples/hello.json': JSON.stringify({ name: 'hello', input: { [field]: value, ...output }, expected: output }) } });
}
