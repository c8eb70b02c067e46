import type { ByteSource } from './byte-source.js';
import { ProtoError, readFields, readPacked, type Span } from './read-fields.js';

/** One input or output of a model's graph, as the file declares it. */
export interface ModelValue {
  readonly name: string;
  /** What kind of value it is; only tensors have an element type and a shape. */
  readonly kind: 'tensor' | 'sparse tensor' | 'sequence' | 'map' | 'optional' | 'untyped value';
  /** TensorProto.DataType; 0 where none is declared. */
  readonly element: number;
  /** A free dimension is its name, which may be empty. Undefined where the file does not say. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** What a caller must give and gets, and how many numbers were learned. */
export interface ModelInterface {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Elements of all initializers. */
  readonly parameters: number;
  /** E.g. `2.4.1`; empty where the file does not say. */
  readonly producerVersion: string;
}

const NAME_BYTES_MAX = 1024;
const VALUES_MAX = 1_000;
const RANK_MAX = 64;

/** Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const MODEL = { producerVersion: 3, graph: 7 } as const;
const GRAPH = { initializer: 5, input: 11, output: 12, sparse: 15 } as const;
const VALUE = { name: 1, type: 2 } as const;
const KINDS: Readonly<Record<number, ModelValue['kind']>> = { 1: 'tensor', 4: 'sequence', 5: 'map', 8: 'sparse tensor', 9: 'optional' };
const TENSOR_TYPE = { element: 1, shape: 2 } as const;
const SHAPE = { dimension: 1 } as const;
const DIMENSION = { value: 1, name: 2 } as const;
const TENSOR = { dims: 1, name: 8 } as const;
const SPARSE = { values: 1 } as const;
/** From here on a number of 64 bits is a negative one, which stands for a free dimension in some exporters. */
const NEGATIVE_FROM = 2 ** 63;

/**
 * Reads the inputs and outputs of a model's graph. An initializer that is listed as an input too, as old exporters do, is
 * none that a caller gives.
 * @throws ProtoError
 */
export function readInterface(file: ByteSource): ModelInterface {
  const inputs: ModelValue[] = [];
  const outputs: ModelValue[] = [];
  const stored = new Set<string>();
  let parameters = 0;
  let producerVersion = '';
  const graph = (field: number, span: Span): void => {
    if (field === GRAPH.input) add(inputs, readValue(file, span));
    else if (field === GRAPH.output) add(outputs, readValue(file, span));
    else if (field === GRAPH.initializer) {
      const { name, count } = readTensor(file, span);
      parameters += count;
      stored.add(name);
    } else if (field === GRAPH.sparse) stored.add(sparseName(file, span));
  };
  readFields(file, { start: 0, end: file.size }, {
    bytes: (field, span) => {
      if (field === MODEL.graph) readFields(file, span, { bytes: graph });
      else if (field === MODEL.producerVersion) producerVersion = textOf(file, span);
    },
  });
  return { inputs: inputs.filter(({ name }) => !stored.has(name)), outputs, parameters, producerVersion };
}

function add(values: ModelValue[], value: ModelValue): void {
  if (values.length >= VALUES_MAX) throw new ProtoError(`it has more than ${VALUES_MAX} inputs or outputs`);
  values.push(value);
}

function readValue(file: ByteSource, span: Span): ModelValue {
  let name = '';
  let type: Omit<ModelValue, 'name'> = { kind: 'untyped value', element: 0, shape: undefined };
  readFields(file, span, {
    bytes: (field, value) => {
      if (field === VALUE.name) name = textOf(file, value);
      else if (field === VALUE.type) type = readType(file, value);
    },
  });
  return { name, ...type };
}

function readType(file: ByteSource, span: Span): Omit<ModelValue, 'name'> {
  let kind: ModelValue['kind'] = 'untyped value';
  let element = 0;
  let shape: (number | string)[] | undefined;
  readFields(file, span, {
    bytes: (field, content) => {
      kind = KINDS[field] ?? kind;
      if (KINDS[field] !== 'tensor') return;
      readFields(file, content, {
        varint: (at, value) => void (at === TENSOR_TYPE.element && (element = value)),
        bytes: (at, value) => void (at === TENSOR_TYPE.shape && (shape = readShape(file, value))),
      });
    },
  });
  return { kind, element, shape };
}

function readShape(file: ByteSource, span: Span): (number | string)[] {
  const shape: (number | string)[] = [];
  readFields(file, span, {
    bytes: (field, dimension) => {
      if (field !== SHAPE.dimension) return;
      if (shape.length >= RANK_MAX) throw new ProtoError(`a tensor has more than ${RANK_MAX} dimensions`);
      let size: number | string = '';
      readFields(file, dimension, {
        varint: (at, value) => void (at === DIMENSION.value && value < NEGATIVE_FROM && (size = value)),
        bytes: (at, value) => void (at === DIMENSION.name && (size = textOf(file, value))),
      });
      shape.push(size);
    },
  });
  return shape;
}

function readTensor(file: ByteSource, span: Span): { name: string; count: number } {
  let name = '';
  let count = 1;
  readFields(file, span, {
    varint: (field, value) => void (field === TENSOR.dims && (count *= value)),
    bytes: (field, value) => {
      if (field === TENSOR.name) name = textOf(file, value);
      // Written packed by some: https://protobuf.dev/programming-guides/encoding/#packed
      else if (field === TENSOR.dims) for (const size of readPacked(file, value)) count *= size;
    },
  });
  return { name, count };
}

function sparseName(file: ByteSource, span: Span): string {
  let name = '';
  readFields(file, span, { bytes: (field, value) => void (field === SPARSE.values && ({ name } = readTensor(file, value))) });
  return name;
}

function textOf(file: ByteSource, { start, end }: Span): string {
  if (end - start > NAME_BYTES_MAX) throw new ProtoError(`a name is longer than ${NAME_BYTES_MAX} bytes`);
  return file.text(start, end);
}
