import type { ByteSource } from './byte-source.js';
import { ProtoError, readFields } from './read-fields.js';
import type { Span } from './read-fields.js';

/** What a model file says of itself, found without loading it. */
export interface ModelFacts {
  irVersion: number;
  /** Whether there is a graph at all. */
  hasGraph: boolean;
  producer: string;
  /** Version of each operator set, by domain; '' is ONNX's own. */
  readonly opsets: Map<string, number>;
  /** How often each operator is used, by `domain::Op`, or `Op` alone for ONNX's own. */
  readonly operators: Map<string, number>;
  /** Where tensors with external data say it is; '' where one does not say. */
  readonly externalLocations: Set<string>;
}

/** Graphs within graphs (bodies of If, Loop, Scan); real models have two or three. */
const DEPTH_MAX = 32;
const TEXT_BYTES_MAX = 1024;
const DISTINCT_MAX = 10_000;

/** Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const MODEL = { irVersion: 1, producer: 2, graph: 7, opset: 8, training: 20, function: 25 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const TRAINING = { initialization: 1, algorithm: 2 } as const;
const GRAPH = { node: 1, initializer: 5, sparse: 15 } as const;
const FUNCTION = { node: 7, opset: 9, attribute: 11 } as const;
const NODE = { operator: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparse: 22, sparses: 23 } as const;
const SPARSE = { values: 1, indices: 2 } as const;
const TENSOR = { external: 13, location: 14 } as const;
const ENTRY = { key: 1, value: 2 } as const;

/**
 * Walks a ModelProto: its graph, the graphs within, functions and training graphs, wherever a tensor may be.
 * @throws ProtoError when it is not one, or is nested deeper than any honest model.
 */
export function readModel(file: ByteSource): ModelFacts {
  return new ModelReader(file).read();
}

class ModelReader {
  readonly #file: ByteSource;
  readonly #facts: ModelFacts = {
    irVersion: 0,
    hasGraph: false,
    producer: '',
    opsets: new Map(),
    operators: new Map(),
    externalLocations: new Set(),
  };

  constructor(file: ByteSource) {
    this.#file = file;
  }

  read(): ModelFacts {
    readFields(this.#file, { start: 0, end: this.#file.size }, {
      varint: (field, value) => {
        if (field === MODEL.irVersion) this.#facts.irVersion = value;
      },
      bytes: (field, span) => {
        if (field === MODEL.producer) this.#facts.producer = this.#text(span);
        else if (field === MODEL.opset) this.#opset(span);
        else if (field === MODEL.function) this.#function(span);
        else if (field === MODEL.training) this.#training(span);
        else if (field === MODEL.graph) {
          this.#facts.hasGraph = true;
          this.#graph(span, 0);
        }
      },
    });
    return this.#facts;
  }

  #opset(span: Span): void {
    let domain = '';
    let version = 0;
    readFields(this.#file, span, {
      varint: (field, value) => void (field === OPSET.version && (version = value)),
      bytes: (field, value) => void (field === OPSET.domain && (domain = this.#text(value))),
    });
    this.#bound(this.#facts.opsets.size);
    this.#facts.opsets.set(domain, version);
  }

  #training(span: Span): void {
    this.#each(span, (field, value) => {
      if (field === TRAINING.initialization || field === TRAINING.algorithm) this.#graph(value, 0);
    });
  }

  #function(span: Span): void {
    this.#each(span, (field, value) => {
      if (field === FUNCTION.node) this.#node(value, 0);
      else if (field === FUNCTION.attribute) this.#attribute(value, 0);
      else if (field === FUNCTION.opset) this.#opset(value);
    });
  }

  #graph(span: Span, depth: number): void {
    if (depth > DEPTH_MAX) throw new ProtoError(`its graphs are nested more than ${DEPTH_MAX} deep`);
    this.#each(span, (field, value) => {
      if (field === GRAPH.node) this.#node(value, depth);
      else if (field === GRAPH.initializer) this.#tensor(value);
      else if (field === GRAPH.sparse) this.#sparseTensor(value);
    });
  }

  #node(span: Span, depth: number): void {
    let operator = '';
    let domain = '';
    this.#each(span, (field, value) => {
      if (field === NODE.operator) operator = this.#text(value);
      else if (field === NODE.domain) domain = this.#text(value);
      else if (field === NODE.attribute) this.#attribute(value, depth);
    });
    const name = domain === '' || domain === 'ai.onnx' ? operator : `${domain}::${operator}`;
    const { operators } = this.#facts;
    this.#bound(operators.size);
    operators.set(name, (operators.get(name) ?? 0) + 1);
  }

  #attribute(span: Span, depth: number): void {
    this.#each(span, (field, value) => {
      if (field === ATTRIBUTE.tensor || field === ATTRIBUTE.tensors) this.#tensor(value);
      else if (field === ATTRIBUTE.sparse || field === ATTRIBUTE.sparses) this.#sparseTensor(value);
      else if (field === ATTRIBUTE.graph || field === ATTRIBUTE.graphs) this.#graph(value, depth + 1);
    });
  }

  #sparseTensor(span: Span): void {
    this.#each(span, (field, value) => {
      if (field === SPARSE.values || field === SPARSE.indices) this.#tensor(value);
    });
  }

  /** External data is found by either sign of it: a reader may go by the one or the other. */
  #tensor(span: Span): void {
    let isExternal = false;
    let location: string | undefined;
    readFields(this.#file, span, {
      varint: (field, value) => void (field === TENSOR.location && value !== 0 && (isExternal = true)),
      bytes: (field, value) => {
        if (field !== TENSOR.external) return;
        isExternal = true;
        const entry = this.#entry(value);
        if (entry.key === 'location') this.#addLocation((location = entry.value));
      },
    });
    if (isExternal && location === undefined) this.#addLocation('');
  }

  #addLocation(location: string): void {
    this.#bound(this.#facts.externalLocations.size);
    this.#facts.externalLocations.add(location);
  }

  #entry(span: Span): { key: string; value: string } {
    const entry = { key: '', value: '' };
    this.#each(span, (field, value) => {
      if (field === ENTRY.key) entry.key = this.#text(value);
      else if (field === ENTRY.value) entry.value = this.#text(value);
    });
    return entry;
  }

  #each(span: Span, bytes: (field: number, value: Span) => void): void {
    readFields(this.#file, span, { bytes });
  }

  #text({ start, end }: Span): string {
    if (end - start > TEXT_BYTES_MAX) throw new ProtoError(`a name is longer than ${TEXT_BYTES_MAX} bytes`);
    return this.#file.text(start, end);
  }

  #bound(size: number): void {
    if (size >= DISTINCT_MAX) throw new ProtoError('it names too many different things');
  }
}
