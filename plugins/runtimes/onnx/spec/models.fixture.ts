import { attribute, ELEMENT, graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';

/** y = Identity(x). */
export const identity = (element: 'float32' | 'int64' | 'bool' | 'string' | 'float16' | 'bfloat16' | 'uint8' = 'float32', shape: readonly (number | string)[] = ['n', 2]): Buffer =>
  model(
    graph({
      nodes: [node({ op: 'Identity', inputs: ['x'], outputs: ['y'] })],
      inputs: [valueInfo('x', element, shape)],
      outputs: [valueInfo('y', element, shape)],
    }),
  );

/** y = x · W + b, three features to two scores. */
export const linear = (batch: number | string = 'batch'): Buffer =>
  model(
    graph({
      nodes: [node({ op: 'Gemm', inputs: ['x', 'W', 'b'], outputs: ['y'] })],
      initializers: [
        tensor({ name: 'W', element: 'float32', dims: [3, 2], data: new Float32Array([1, 0, 0, 1, 1, 1]) }),
        tensor({ name: 'b', element: 'float32', dims: [2], data: new Float32Array([10, 20]) }),
      ],
      inputs: [valueInfo('x', 'float32', [batch, 3])],
      outputs: [valueInfo('y', 'float32', [batch, 2])],
    }),
  );

/** y = x · W with int8 weights and activations that are quantised as they come, as `quantize_dynamic` of ONNX Runtime makes it. */
export const quantised = (): Buffer =>
  model(
    graph({
      nodes: [
        node({ op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 'scale', 'zero'] }),
        node({ op: 'MatMulInteger', inputs: ['q', 'W', 'zero'], outputs: ['sums'] }),
        node({ op: 'Cast', inputs: ['sums'], outputs: ['steps'], attributes: [attribute('to', { int: ELEMENT.float32 })] }),
        node({ op: 'Mul', inputs: ['scale', 'weight_scale'], outputs: ['step'] }),
        node({ op: 'Mul', inputs: ['steps', 'step'], outputs: ['y'] }),
      ],
      initializers: [
        tensor({ name: 'W', element: 'int8', dims: [3, 2], data: new Int8Array([2, -4, 6, 0, 1, 1]) }),
        tensor({ name: 'weight_scale', element: 'float32', dims: [], data: new Float32Array([0.5]) }),
      ],
      inputs: [valueInfo('x', 'float32', ['batch', 3])],
      outputs: [valueInfo('y', 'float32', ['batch', 2])],
    }),
  );

/** y = table[i]: an index of 4 or more fails at run time, and in a batch it fails the run of all. */
export const lookUp = (): Buffer =>
  model(
    graph({
      nodes: [node({ op: 'Gather', inputs: ['table', 'i'], outputs: ['y'] })],
      initializers: [tensor({ name: 'table', element: 'float32', dims: [4], data: new Float32Array([5, 6, 7, 8]) })],
      inputs: [valueInfo('i', 'int64', ['n', 'k'])],
      outputs: [valueInfo('y', 'float32', ['n', 'k'])],
    }),
  );

/** y = x + W, where W lies in another file. */
export const withExternal = (external: Readonly<Record<string, string>>): Buffer =>
  model(
    graph({
      nodes: [node({ op: 'Add', inputs: ['x', 'W'], outputs: ['y'] })],
      initializers: [tensor({ name: 'W', element: 'float32', dims: [2], external })],
      inputs: [valueInfo('x', 'float32', ['n', 2])],
      outputs: [valueInfo('y', 'float32', ['n', 2])],
    }),
  );

/** If within If within If ... with `inner` in the innermost graph. */
export function nested(depth: number, inner: Buffer = node({ op: 'Identity', inputs: ['x'], outputs: ['y'] })): Buffer {
  let body = graph({ nodes: [inner] });
  for (let level = 0; level < depth; level++) {
    body = graph({ nodes: [node({ op: 'If', attributes: [attribute('then_branch', { graph: body })] })] });
  }
  return model(body);
}
