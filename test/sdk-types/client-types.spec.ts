import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { checkTypes, linesMarkedWrong } from './check-types.js';
import { generated } from './digits-catalog.js';

/** The lines that the compiler complains of are those marked, and no others. */
function expectMarkedLinesWrong(text: string, options?: ts.CompilerOptions): void {
  const problems = checkTypes({ 'use.ts': text, 'steelyard.gen.ts': generated }, options);
  expect(problems.filter(({ file }) => file !== 'use.ts')).toEqual([]);
  const lines = [...new Set(problems.map(({ line }) => line))].sort((a, b) => a - b);
  expect({ lines, problems }).toEqual({ lines: linesMarkedWrong(text), problems });
}

const TYPED = `
import { cache, createClient, type Client, type ClientPlugin, PaymentRequiredError, retry } from '@steelyard/client';
import type { Models } from './steelyard.gen.js';
const log: ClientPlugin = { name: 'log', onCall: async (call, next) => { await next({ ...call, ref: call.ref }); return next(call); } };
const steelyard = createClient<Models>({ apiKey: 'k', plugins: [retry({ attempts: 2 }), cache(), log] });
const image = new Blob([]);

export async function right(): Promise<void> {
  const { label, score, scores } = await steelyard.run('acme/digits', { image });
  const text: string = label;
  const sum: number = score + scores[0]!.score;
  await steelyard.run('acme/digits', { image: new Uint8Array(3) }, { deadlineMs: 100, idempotencyKey: text });
  await steelyard.run('acme/digits', { image: new URL('https://example.org/a.png') });
  await steelyard.run('acme/digits', { image: 'iVBORw0KGgo=' });
  await steelyard.run('acme/digits:stable', { image: { bytes: async () => new Uint8Array(sum) } });
  await steelyard.run('acme/digits:beta', { image, size: 'small' });
  await steelyard.run('acme/digits@2.0.0-rc.1', { image, size: 'large' });
  await steelyard.run('clinic/breast-cancer', { radius_mean: 1, 'texture-mean': 2, note: null });
  await steelyard.run('clinic/breast-cancer', { radius_mean: 1, 'texture-mean': 2, note: undefined });
  const { output, prediction } = await steelyard.runWithDetails('acme/vectors:nightly', { x: { dtype: 'float32', shape: [3], data: [1, 2, 3] }, tree: { v: 1, next: [{ v: 2 }] } });
  const cost: bigint = prediction.costNano;
  const y: string[] = output.y.data;
  const box: [number, number] = output.box;
  await steelyard.run('acme/vectors@0.1.0', { x: { dtype: 'float32', shape: [3], data: new Float32Array(3) } });
  for await (const item of steelyard.batch('acme/digits', [{ image }], { concurrency: 2 })) if (item.ok) console.log(item.output.label.length, cost, y, box);
  let story = '';
  const stream = steelyard.stream('acme/story', { prompt: 'once' }, { onState: (state) => console.log(state === 'loading'), deadlineMs: 100 });
  for await (const part of stream) story += part.text;
  story += (await stream.result).output.text;
  const labelled: string = await steelyard.stream('acme/digits', { image }).result.then(({ output }) => output.label + story);
  console.log(labelled);
  const some: Client<Models> = steelyard;
  await some.predictions.get('p').then((p) => p.amountNano * 2n);
}

export async function wrong(): Promise<void> {
  await steelyard.run('acme/digitz', { image }); // wrong
  await steelyard.run('acme/digits:nightly', { image }); // wrong
  await steelyard.run('acme/digits@9.9.9', { image }); // wrong
  await steelyard.run('acme/vectors', { x: { dtype: 'float32', shape: [3], data: [1, 2, 3] } }); // wrong
  await steelyard.run('acme/digits', { imagE: image }); // wrong
  await steelyard.run('acme/digits', { image, extra: 1 }); // wrong
  await steelyard.run('acme/digits', { image: 7 }); // wrong
  await steelyard.run('acme/digits', {}); // wrong
  await steelyard.run('acme/digits'); // wrong
  await steelyard.run('acme/digits:beta', { image }); // wrong
  await steelyard.run('acme/digits:beta', { image, size: 'medium' }); // wrong
  await steelyard.run('acme/digits', { image }, { deadline: 5 }); // wrong
  await steelyard.run('clinic/breast-cancer', { radius_mean: '1', 'texture-mean': 2 }); // wrong
  await steelyard.run('acme/vectors:nightly', { x: { dtype: 'float64', shape: [3], data: [1, 2, 3] } }); // wrong
  await steelyard.run('acme/vectors:nightly', { x: { dtype: 'float32', shape: [3], data: new Float64Array(3) } }); // wrong
  await steelyard.run('acme/vectors:nightly', { x: { dtype: 'float32', shape: [3], data: [] }, tree: { v: 1, next: [{ w: 2 }] } }); // wrong
  (await steelyard.run('acme/digits', { image })).lable; // wrong
  const n: number = (await steelyard.run('acme/digits', { image })).label; // wrong
  steelyard.batch('acme/digits', [{ img: image }]); // wrong
  for await (const part of steelyard.stream('acme/story', { prompt: 'x' })) part.txt; // wrong
  for await (const part of steelyard.stream('acme/digits', { image })) part.label; // wrong
  steelyard.stream('acme/story', { prmpt: 'x' }); // wrong
  createClient<{ 'a/b': { input: object } }>(); // wrong
  createClient({ apikey: 'k' }); // wrong
  const plugin: ClientPlugin = { name: 'x', onCall: (call) => call }; // wrong
  if (n instanceof PaymentRequiredError) console.log(plugin); // wrong
}
`;

const UNTYPED = `
import { createClient, InputInvalidError, SteelyardError } from '@steelyard/client';
const steelyard = createClient({ baseUrl: 'https://models.example.org' });

export async function right(): Promise<unknown> {
  const { label } = await steelyard.run('any/model:at-all', { whatever: [1, new Blob([])] });
  try {
    await steelyard.run(String(label), {});
  } catch (error) {
    if (error instanceof InputInvalidError) return error.problems.map(({ path, message }) => path + message);
    if (error instanceof SteelyardError && error.charged === 'unknown') return [error.code, error.fix, error.requestId, error.idempotencyKey];
  }
  const data = await steelyard.graphql<{ viewer: { keyId: string } }>('{ viewer { keyId } }');
  return data.viewer.keyId;
}

export async function wrong(): Promise<void> {
  await steelyard.run(7, {}); // wrong
  await steelyard.run('any/model', 'text'); // wrong
  const { label } = await steelyard.run('any/model', {});
  label.length; // wrong
}
`;

const BUNDLER: ts.CompilerOptions = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };

describe('the typed client', () => {
  it('takes what a model takes and refuses everything else at compile time', () => expectMarkedLinesWrong(TYPED));
  it('does so with a bundler too', () => expectMarkedLinesWrong(TYPED.replace('./steelyard.gen.js', './steelyard.gen'), BUNDLER));
  it('takes any model and any object without types', () => expectMarkedLinesWrong(UNTYPED));
  it('keeps to them with the strictest settings', () => expectMarkedLinesWrong(TYPED, { exactOptionalPropertyTypes: true, noPropertyAccessFromIndexSignature: true }));

  it('compiles without the types of Node: its main entry uses nothing that browsers lack', () => {
    expect(checkTypes({ 'use.ts': "import * as client from '@steelyard/client';\nexport const names: object = client;\n" })).toEqual([]);
  });
});
