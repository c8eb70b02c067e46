/**
 * The peer of the `llm` benchmark: node-llama-cpp as its documentation uses it, in a process of its own, with one sequence for
 * each request in flight. It answers every message with what it measured.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '@steelyard/test-support/platform';
import { generate, type GenerateOptions, type Generations } from '../tools/generations.js';

/** The part of the library that is used here; it is not installed when this is compiled. */
interface Library {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<Model> }>;
}

interface Model {
  readonly tokens: { readonly bos: number };
  tokenize(text: string): number[];
  detokenize(tokens: readonly number[]): string;
  createContext(options: object): Promise<{ getSequence(): Sequence }>;
}

interface Sequence {
  evaluate(tokens: readonly number[], options: object): AsyncGenerator<number>;
  clearHistory(): Promise<void>;
}

const entry = createRequire(join(repositoryRoot, 'plugins/runtimes/llama-cpp/library/package.json')).resolve('node-llama-cpp');
const library = (await import(pathToFileURL(entry).href)) as Library;
const llama = await library.getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, logLevel: 'disabled', maxThreads: 0 });
const model = await llama.loadModel({ modelPath: process.argv[2] });
const pools = new Map<number, Sequence[]>();

process.on('message', (options: GenerateOptions) => void measure(options).then((result) => process.send?.(result)));
process.send?.('ready');

async function measure(options: GenerateOptions): Promise<Generations> {
  const free = await sequences(options.inFlight);
  return generate(options, async ({ prompt, seed, maxTokens }, onText) => {
    const sequence = free.pop()!;
    let count = 0;
    for await (const token of sequence.evaluate([model.tokens.bos, ...model.tokenize(prompt)], { temperature: 0.8, topK: 0, topP: 1, seed })) {
      count += 1;
      onText(model.detokenize([token]));
      if (count === maxTokens) break;
    }
    await sequence.clearHistory();
    free.push(sequence);
    return count;
  });
}

/** A context with as many sequences as are used: with idle ones it waits longer before a pass. */
async function sequences(count: number): Promise<Sequence[]> {
  let pool = pools.get(count);
  if (!pool) {
    const context = await model.createContext({ sequences: count, contextSize: 256, batchSize: 512, threads: 1 });
    pools.set(count, (pool = Array.from({ length: count }, () => context.getSequence())));
  }
  return pool;
}
