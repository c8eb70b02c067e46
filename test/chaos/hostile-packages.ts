import { attribute, graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';
import { withExternal } from '../../plugins/runtimes/onnx/spec/models.fixture.js';
import { linear } from '../../plugins/runtimes/tfjs/spec/models.js';
import { writeEchoPackage } from '@steelyard/test-support';

export interface HostilePackage {
  readonly what: string;
  readonly write: () => Promise<string>;
  /** What the provider reads, among other things. */
  readonly says: RegExp;
}

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');

/** x [n] float32 to y [n] float32. */
function onnxManifest(name: string, limits = 'loadMs: 20000, runMs: 5000'): string {
  const tensorOf = (shape: string) => `{ type: object, required: [x], additionalProperties: false, properties: { x: { x-tensor: { dtype: float32, shape: [${shape}] } } } }`;
  return `schema: 1
name: ${name}
version: 1.0.0
license: Apache-2.0
task: custom
runtime: { name: onnx, range: ^0.1.0 }
artifacts: [ { path: model.onnx } ]
input: ${tensorOf('1')}
output: { type: object }
resources: { memoryMb: 256 }
limits: { ${limits} }
price: { unit: request, amount: "0.001", currency: usd }
`;
}

function onnx(name: string, bytes: Uint8Array, limits?: string): () => Promise<string> {
  return () =>
    writeEchoPackage({
      manifest: onnxManifest(name, limits),
      files: { 'model.onnx': bytes, 'samples/hello.json': JSON.stringify({ name: 'one', input: { x: { dtype: 'float32', shape: [1], data: [1] } }, expected: {} }) },
    });
}

/** A model of TensorFlow.js whose weights are somewhere else. */
function tfjs(name: string, path: string): () => Promise<string> {
  const manifest = onnxManifest(name).replace('name: onnx', 'name: tfjs').replace('path: model.onnx', 'path: model.json').replace('shape: [1]', 'shape: [3]');
  const weightsManifest = [{ paths: [path], weights: [{ name: 'W', shape: [3, 2], dtype: 'float32' }, { name: 'b', shape: [2], dtype: 'float32' }] }];
  const input = { x: { dtype: 'float32', shape: [3], data: [1, 2, 3] } };
  return () => writeEchoPackage({ manifest, files: { 'model.json': linear(-1, { weightsManifest })['model.json']!, 'samples/hello.json': JSON.stringify({ name: 'one', input, expected: {} }) } });
}

function echo(name: string, behaviour: object, options: object): () => Promise<string> {
  return async () => {
    const input = { text: 'hello', ...behaviour };
    return writeEchoPackage({ name, runMs: 1_000, memoryMb: 64, options: { ...options }, files: { 'samples/hello.json': JSON.stringify({ name: 'hello', input, expected: input }) } });
  };
}

const scalarIo = { inputs: [valueInfo('x', 'float32', [1])], outputs: [valueInfo('y', 'float32', ['n'])] };

/** y = x repeated 2^33 times: 32 GiB. The shape comes from the input, so that it is not made at load. */
const gigabytes = (): Buffer =>
  model(
    graph({
      nodes: [
        node({ op: 'Cast', inputs: ['x'], outputs: ['one'], attributes: [attribute('to', { int: 7 })] }),
        node({ op: 'Mul', inputs: ['one', 'many'], outputs: ['shape'] }),
        node({ op: 'Expand', inputs: ['x', 'shape'], outputs: ['y'] }),
      ],
      initializers: [tensor({ name: 'many', element: 'int64', dims: [1], data: new BigInt64Array([2n ** 33n]) })],
      ...scalarIo,
    }),
  );

/** A product of constant matrices of 4,000 x 4,000, again and again: minutes of work in a file of a kilobyte, done while the model is loaded. */
const loadBomb = (): Buffer =>
  model(
    graph({
      nodes: [
        node({ op: 'ConstantOfShape', inputs: ['size'], outputs: ['m0'] }),
        ...Array.from({ length: 20 }, (_, n) => node({ op: 'MatMul', inputs: [`m${n}`, `m${n}`], outputs: [`m${n + 1}`] })),
        node({ op: 'ReduceSum', inputs: ['m20'], outputs: ['sum'], attributes: [attribute('keepdims', { int: 0 })] }),
        node({ op: 'Add', inputs: ['x', 'sum'], outputs: ['y'] }),
      ],
      initializers: [tensor({ name: 'size', element: 'int64', dims: [2], data: new BigInt64Array([4000n, 4000n]) })],
      ...scalarIo,
    }),
  );

const honest = model(graph({ nodes: [node({ op: 'Identity', inputs: ['x'], outputs: ['y'] })], ...scalarIo }));

/** Two scores, each the logarithm of a number: of a negative one it is NaN, of zero -Infinity. */
export const writeLogarithms = (): Promise<string> =>
  writeEchoPackage({
    manifest: `schema: 1
name: logarithms
version: 1.0.0
license: Apache-2.0
intendedUse: For tests.
task: tabular-classification
runtime: { name: onnx, range: ^0.1.0 }
artifacts: [ { path: model.onnx } ]
input: { type: object, required: [a, b], additionalProperties: false, properties: { a: { type: number }, b: { type: number } } }
pre: [ { op: columns, tensor: x, columns: [a, b] } ]
post: [ { op: labels, tensor: y, labels: [a, b] } ]
price: { unit: request, amount: "0.001", currency: usd }
`,
    files: {
      'model.onnx': model(graph({ nodes: [node({ op: 'Log', inputs: ['x'], outputs: ['y'] })], inputs: [valueInfo('x', 'float32', ['n', 2])], outputs: [valueInfo('y', 'float32', ['n', 2])] })),
      'samples/hello.json': JSON.stringify({ name: 'one', input: { a: 1, b: 2 }, expected: { label: 'b' } }),
    },
  });

/** None of these may be listed, and each says to its provider what is wrong. */
export const hostilePackages: readonly HostilePackage[] = [
  { what: 'a truncated file', write: onnx('truncated', honest.subarray(0, honest.length - 9)), says: /ARTIFACT_REFUSED|LOAD_FAILED/ },
  { what: 'a file of noise', write: onnx('noise', Buffer.alloc(4_096, 0xa5)), says: /ARTIFACT_REFUSED/ },
  { what: 'an image that calls itself a model', write: onnx('mislabelled', PNG), says: /ARTIFACT_REFUSED/ },
  { what: 'a model that asks for 32 GiB', write: onnx('gigabytes', gigabytes()), says: /SAMPLES_FAILED|RUNNER_LOST|RUN_FAILED/ },
  { what: 'a model that works for minutes while it is loaded', write: onnx('load-bomb', loadBomb(), 'loadMs: 1500, runMs: 5000'), says: /took longer than 1500 ms|LOAD_FAILED/ },
  { what: 'weights outside of the package', write: onnx('escaping', withExternal({ location: '../../operator.key' })), says: /ARTIFACT_REFUSED/ },
  { what: 'weights outside of the package, in TensorFlow.js', write: tfjs('climbing', '../../operator.key'), says: /ARTIFACT_REFUSED.*plain path/s },
  { what: 'an endless loop', write: echo('endless', { hang: true }, { hangOn: true }), says: /SAMPLES_FAILED/ },
  { what: 'a segmentation fault', write: echo('segfault', { crash: 'segfault' }, { crashOn: true }), says: /SAMPLES_FAILED/ },
  { what: 'an abort', write: echo('abort', { crash: 'abort' }, { crashOn: true }), says: /SAMPLES_FAILED/ },
];
