import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';

export const WIDTH = 2_048;
const LAYERS = 64;
const SCORES = 8;
/** So that numbers neither grow nor vanish on their way through the layers, of which each drops the negative ones. */
const AMPLITUDE = Math.sqrt(6 / WIDTH);
const LAYER_BYTES = WIDTH * WIDTH * 4;
/** 268,435,456 parameters: 1 GiB. */
export const WEIGHTS_BYTES = LAYERS * LAYER_BYTES;
export const WEIGHTS_FILE = 'weights.bin';

const MANIFEST = `schema: 1
name: large
version: 1.0.0
license: Apache-2.0
task: custom
runtime: { name: onnx, range: '*' }
artifacts: [{ path: model.onnx }, { path: ${WEIGHTS_FILE} }]
input: { type: object, required: [x], properties: { x: { x-tensor: { dtype: float32, shape: [${WIDTH}] } } } }
output: { type: object, required: [y], properties: { y: { x-tensor: { dtype: float32, shape: [${SCORES}] } } } }
batching: { maxSize: 4 }
resources: { gpu: never, memoryMb: 3000 }
limits: { loadMs: 120000, runMs: 30000 }
price: { unit: request, amount: '0.001', currency: usd }
`;

/**
 * Writes a package whose weights are random: a perceptron of 64 layers. The weights lie in a file of their own, as those of large ONNX
 * models do. The package's sample has seed 0.
 */
export async function writeLargePackage(dir: string): Promise<void> {
  await mkdir(join(dir, 'samples'), { recursive: true });
  await writeWeights(join(dir, WEIGHTS_FILE));
  await writeFile(join(dir, 'model.onnx'), modelOf());
  await writeFile(join(dir, 'model.yaml'), MANIFEST);
  await writeFile(join(dir, 'README.md'), '# Large\n\nRandom weights.\n');
  const expected = { y: { dtype: 'float32', shape: [SCORES], data: answerTo(0) } };
  await writeFile(join(dir, 'samples/one.json'), JSON.stringify({ input: inputOf(0), expected, tolerance: 1e-3 }));
}

export function inputOf(seed: number): { x: { dtype: string; shape: number[]; data: number[] } } {
  return { x: { dtype: 'float32', shape: [WIDTH], data: [...fill(new Float32Array(WIDTH), seed)] } };
}

/** What the model answers to that input, computed here. */
export function answerTo(seed: number): number[] {
  const row = new Float32Array(WIDTH);
  let values = Float64Array.from(fill(new Float32Array(WIDTH), seed));
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const next = new Float64Array(WIDTH);
    for (const [place, value] of values.entries()) {
      if (value === 0) continue;
      fill(row, seedOf(layer, place));
      for (let column = 0; column < WIDTH; column += 1) next[column]! += value * row[column]!;
    }
    values = next.map((value) => Math.max(value, 0));
  }
  const last = lastMatrix();
  return Array.from({ length: SCORES }, (_, score) => values.reduce((sum, value, place) => sum + value * last[place * SCORES + score]!, 0));
}

function modelOf(): Buffer {
  const layers = Array.from({ length: LAYERS }, (_, layer) => layer);
  const external = (layer: number) => ({ location: WEIGHTS_FILE, offset: String(layer * LAYER_BYTES), length: String(LAYER_BYTES) });
  const nodes = layers.flatMap((layer) => [
    node({ op: 'MatMul', inputs: [layer === 0 ? 'x' : `h${layer}`, `W${layer}`], outputs: [`m${layer}`] }),
    node({ op: 'Relu', inputs: [`m${layer}`], outputs: [`h${layer + 1}`] }),
  ]);
  return model(
    graph({
      nodes: [...nodes, node({ op: 'MatMul', inputs: [`h${LAYERS}`, 'last'], outputs: ['y'] })],
      initializers: [
        ...layers.map((layer) => tensor({ name: `W${layer}`, element: 'float32', dims: [WIDTH, WIDTH], external: external(layer) })),
        tensor({ name: 'last', element: 'float32', dims: [WIDTH, SCORES], data: lastMatrix() }),
      ],
      inputs: [valueInfo('x', 'float32', ['n', WIDTH])],
      outputs: [valueInfo('y', 'float32', ['n', SCORES])],
    }),
  );
}

async function writeWeights(path: string): Promise<void> {
  const file = await open(path, 'w');
  const weights = new Float32Array(WIDTH * WIDTH);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    for (let place = 0; place < WIDTH; place += 1) fill(weights.subarray(place * WIDTH, (place + 1) * WIDTH), seedOf(layer, place));
    await file.write(new Uint8Array(weights.buffer));
  }
  await file.close();
}

const lastMatrix = (): Float32Array => fill(new Float32Array(WIDTH * SCORES), seedOf(LAYERS, 0));

const seedOf = (layer: number, place: number): number => 1_000 + layer * WIDTH + place;

/** Numbers that follow from the seed (xorshift). */
function fill(numbers: Float32Array, seed: number): Float32Array {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let place = 0; place < numbers.length; place += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    numbers[place] = (state / 0x8000_0000) * AMPLITUDE;
  }
  return numbers;
}
