/**
 * A linear layer, `output = input · weights + bias`, as an ONNX model: the smallest model that is real. Written field by
 * field in protobuf (github.com/onnx/onnx, onnx.proto3), so that a new package needs no tools.
 */
export interface LinearModel {
  readonly input: string;
  /** Without the batch dimension; flattened before the layer. */
  readonly inputShape: readonly number[];
  readonly output: string;
  /** A row for each input element, a column for each output element. */
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const FLOAT = 1;

export function encodeLinearModel(model: LinearModel): Uint8Array {
  const outputSize = model.bias.length;
  const graph = message(
    [1, message([1, model.input], [2, 'flat'], [4, 'Flatten'], [5, intAttribute('axis', 1)])],
    [1, message([1, 'flat'], [1, 'weights'], [1, 'bias'], [2, model.output], [4, 'Gemm'])],
    [2, 'linear'],
    [5, tensor('weights', [model.weights.length, outputSize], model.weights.flat())],
    [5, tensor('bias', [outputSize], model.bias)],
    [11, valueInfo(model.input, model.inputShape)],
    [12, valueInfo(model.output, [outputSize])],
  );
  return message([1, IR_VERSION], [2, 'steelyard init'], [7, graph], [8, message([1, ''], [2, OPSET_VERSION])]);
}

function tensor(name: string, dims: readonly number[], values: readonly number[]): Uint8Array {
  const data = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => data.writeFloatLE(value, index * 4));
  return message(...dims.map((dim): Field => [1, dim]), [2, FLOAT], [8, name], [9, data]);
}

function intAttribute(name: string, value: number): Uint8Array {
  const INT = 2;
  return message([1, name], [3, value], [20, INT]);
}

/** A float tensor whose first dimension is the batch and free. */
function valueInfo(name: string, shape: readonly number[]): Uint8Array {
  const dims = [message([2, 'batch']), ...shape.map((size) => message([1, size]))];
  const tensorType = message([1, FLOAT], [2, message(...dims.map((dim): Field => [1, dim]))]);
  return message([1, name], [2, message([1, tensorType])]);
}

/** Number and value of a field: whole numbers as varints, texts and bytes with their length. */
type Field = readonly [number: number, value: number | string | Uint8Array];

function message(...fields: Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varint(number << 3), varint(value)];
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    return [varint((number << 3) | 2), varint(bytes.length), bytes];
  });
  return Buffer.concat(parts);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}
