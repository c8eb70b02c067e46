/**
 * A client of the Open Inference Protocol v2 with the binary tensor extension, written from their published specifications
 * (github.com/open-inference/open-inference-protocol, and `protocol/extension_binary_data.md` of the Triton server), and of nothing of ours. As
 * Triton's own clients it sends and asks for bytes unless it is told not to.
 */
export type Elements =
  | Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array | Uint32Array | BigUint64Array
  | readonly (string | Uint8Array)[];

export interface InferInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: Elements;
}

export interface InferOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: number[];
  readonly data: ArrayLike<unknown>;
}

export interface InferResult {
  readonly model_name: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly outputs: readonly InferOutput[];
  readonly headers: Headers;
}

export interface InferOptions {
  readonly binary?: boolean;
  readonly id?: string;
  readonly outputs?: readonly string[];
  readonly headers?: Record<string, string>;
}

interface OutputHeader {
  readonly name: string;
  readonly datatype: string;
  readonly shape: number[];
  readonly data?: unknown[];
  readonly parameters?: { readonly binary_data_size: number };
}

export class OpenInferenceError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class OpenInferenceClient {
  constructor(
    private readonly baseUrl: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Any of the protocol's GETs: `/v2`, `/v2/health/live`, `/v2/models/{model}`, ... */
  get(path: string): Promise<any> {
    return this.#json(path, { method: 'GET' });
  }

  repositoryIndex(): Promise<any> {
    return this.#json('/v2/repository/index', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  }

  async infer(model: string, inputs: readonly InferInput[], { binary = true, id, outputs, headers }: InferOptions = {}): Promise<InferResult> {
    const pieces = binary ? inputs.map(({ data }) => toBytes(data)) : [];
    const json = Buffer.from(
      JSON.stringify({
        ...(id !== undefined && { id }),
        inputs: inputs.map(({ name, datatype, shape, data }, index) => ({ name, datatype, shape, ...(binary ? { parameters: { binary_data_size: pieces[index]!.length } } : { data: toList(data) }) })),
        ...(outputs ? { outputs: outputs.map((name) => ({ name, parameters: { binary_data: binary } })) } : { parameters: { binary_data_output: binary } }),
      }),
    );
    const type: Record<string, string> = binary ? { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) } : { 'content-type': 'application/json' };
    const response = await this.#send(`/v2/models/${model}/infer`, { method: 'POST', headers: { ...type, ...headers }, body: Buffer.concat([json, ...pieces]) });
    return { ...readAnswer(response, Buffer.from(await response.arrayBuffer())), headers: response.headers };
  }

  async #json(path: string, init: RequestInit): Promise<unknown> {
    return (await this.#send(path, init)).json();
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(this.baseUrl + path, { ...init, headers: { ...this.headers, ...(init.headers as Record<string, string>) } });
    if (response.ok) return response;
    const { error } = (await response.json()) as { error: unknown };
    if (typeof error !== 'string') throw new TypeError('an error of the protocol is a text');
    throw new OpenInferenceError(response.status, error);
  }
}

function readAnswer(response: Response, body: Buffer): Omit<InferResult, 'headers'> {
  const length = Number(response.headers.get('inference-header-content-length') ?? body.length);
  const { outputs, ...rest } = JSON.parse(body.toString('utf8', 0, length)) as { model_name: string; outputs: OutputHeader[] };
  let at = length;
  const read = outputs.map(({ name, datatype, shape, data, parameters }): InferOutput => {
    if (!parameters) return { name, datatype, shape, data: data! };
    at += parameters.binary_data_size;
    return { name, datatype, shape, data: fromBytes(datatype, body.subarray(at - parameters.binary_data_size, at)) };
  });
  if (at !== body.length) throw new TypeError(`${body.length - at} bytes belong to no output`);
  return { ...rest, outputs: read };
}

const ARRAYS = {
  FP32: Float32Array, FP64: Float64Array, INT8: Int8Array, INT16: Int16Array, INT32: Int32Array, INT64: BigInt64Array,
  UINT8: Uint8Array, UINT16: Uint16Array, UINT32: Uint32Array, UINT64: BigUint64Array, BOOL: Uint8Array,
} as const;

function fromBytes(datatype: string, bytes: Buffer): ArrayLike<unknown> {
  if (datatype === 'BYTES') return cutTexts(bytes);
  const Typed = ARRAYS[datatype as keyof typeof ARRAYS];
  return new Typed(Uint8Array.from(bytes).buffer);
}

function cutTexts(bytes: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) elements.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)));
  return elements;
}

function toBytes(data: Elements): Buffer {
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat(
    data.map((element) => {
      const bytes = Buffer.from(element as string);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
}

function toList(data: Elements): unknown[] {
  if (ArrayBuffer.isView(data)) return Array.from(data as ArrayLike<unknown>, (element) => (typeof element === 'bigint' ? Number(element) : element));
  return data.map((element) => (typeof element === 'string' ? element : Buffer.from(element).toString('base64')));
}
