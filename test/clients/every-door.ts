import { isDeepStrictEqual } from 'node:util';
import { buildSchema, getNamedType, isObjectType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLUnionType } from 'graphql';
import OpenAI from 'openai';
import { OpenInferenceClient, type InferInput } from './open-inference-client.js';

type Fields = Readonly<Record<string, any>>;

export interface Asked {
  readonly url: string;
  readonly key: string;
  /** `owner/name` */
  readonly ref: string;
  /** Media as bytes. */
  readonly input: Fields;
  /** Whether an answer is what a person would say of the input. Answers need not be equal: floats travel as JSON or as they are. */
  readonly check: (output: Fields) => unknown;
}

/** Asks a model at every door that it can be asked at, each in its own words, and gives the names of the doors. */
export async function askAtEveryDoor(asked: Asked & { readonly task: string }): Promise<string[]> {
  await askNatively(asked);
  await askInTensors(asked);
  await askInGraphql(asked);
  await askByTypes(asked);
  const doors = ['native', 'Open Inference', 'GraphQL', 'typed GraphQL'];
  if (asked.task !== 'text-generation' && asked.task !== 'text-embedding') return doors;
  await (asked.task === 'text-generation' ? askForText(asked) : askForVectors(asked));
  return [...doors, 'OpenAI'];
}

const headersOf = (key: string) => ({ 'content-type': 'application/json', authorization: `Bearer ${key}` });

async function askNatively({ url, key, ref, input, check }: Asked): Promise<void> {
  const response = await fetch(`${url}/v1/predict/${ref}`, { method: 'POST', headers: headersOf(key), body: JSON.stringify(forJson(input)) });
  await check((await response.json()) as Fields);
}

async function askInGraphql({ url, key, ref, input, check }: Asked): Promise<void> {
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { ... on PredictSuccess { output } } }';
  const body = JSON.stringify({ query, variables: { input: { ref, input: forJson(input) } } });
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: headersOf(key), body });
  await check(((await response.json()) as { data: { predict: { output: Fields } } }).data.predict.output);
}

/** Through the schema that the server gives for this one model, asking for every field of the answer that it has. */
async function askByTypes({ url, key, ref, input, check }: Asked): Promise<void> {
  const schema = buildSchema(await (await fetch(`${url}/graphql/models?models=${ref}`, { headers: headersOf(key) })).text());
  const [field] = Object.values(schema.getMutationType()!.getFields());
  const success = (getNamedType(field!.type) as GraphQLUnionType).getTypes().find(({ name }) => name.endsWith('__Success'))!;
  const output = selectionOf(success.getFields()['output']!.type);
  const type = String(field!.args.find(({ name }) => name === 'input')!.type);
  const query = `mutation ($input: ${type}) { answer: ${field!.name}(input: $input) { ... on ${success.name} { output ${output} } } }`;
  const response = await fetch(`${url}/graphql/models`, { method: 'POST', headers: headersOf(key), body: JSON.stringify({ query, variables: { input: forJson(input) } }) });
  const { data, errors } = (await response.json()) as { data?: { answer: { output: Fields } }; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  await check(data!.answer.output);
}

function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  return `{ ${Object.values((named as GraphQLObjectType).getFields()).map(({ name, type: inner }) => `${name} ${selectionOf(inner)}`).join(' ')} }`;
}

/** Through what the model's metadata says, as a client would that knows nothing else of it. */
async function askInTensors({ url, key, ref, input, check }: Asked): Promise<void> {
  const client = new OpenInferenceClient(url, { authorization: `Bearer ${key}` });
  const { inputs } = (await client.get(`/v2/models/${ref}`)) as { inputs: { name: string; datatype: string }[] };
  const tensors = inputs.filter(({ name }) => input[name] !== undefined).map(({ name, datatype }) => toTensor(name, datatype, input[name]));
  const { outputs } = await client.infer(ref, tensors);
  await check(Object.fromEntries(outputs.map(({ name, datatype, shape, data }) => [name, fromTensor(datatype, shape, data)])));
}

function toTensor(name: string, datatype: string, value: any): InferInput {
  if (datatype === 'INT64' && typeof value === 'object') return { name, datatype, shape: value.shape, data: BigInt64Array.from(value.data, BigInt) };
  if (datatype === 'FP32') return { name, datatype, shape: value.shape, data: Float32Array.from(value.data) };
  if (datatype === 'FP64') return { name, datatype, shape: [[value].flat().length], data: Float64Array.from([value].flat()) };
  if (datatype === 'INT64') return { name, datatype, shape: [1], data: BigInt64Array.of(BigInt(value)) };
  return { name, datatype, shape: [1], data: [typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)] };
}

const DTYPES: Readonly<Record<string, string>> = { FP32: 'float32', INT64: 'int64' };

/** Of one element the element, read as JSON where it is some; media as base64, as in JSON. */
function fromTensor(datatype: string, shape: readonly number[], data: ArrayLike<any>): unknown {
  if (datatype === 'BYTES') return fromBytes(data[0] as Buffer);
  if (DTYPES[datatype] && !isDeepStrictEqual(shape, [1])) return { dtype: DTYPES[datatype], shape, data: Array.from(data, Number) };
  return shape[0] === 1 && shape.length === 1 ? Number(data[0]) : Array.from(data, Number);
}

function fromBytes(bytes: Buffer): unknown {
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) return bytes.toString('base64');
  return /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text;
}

async function askForText({ url, key, ref, input, check }: Asked): Promise<void> {
  const { messages, temperature, maxTokens } = input;
  const openai = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key });
  const { choices, usage } = await openai.chat.completions.create({ model: ref, messages, temperature, max_tokens: maxTokens });
  await check({ text: choices[0]!.message.content, finishReason: choices[0]!.finish_reason, usage: { inputTokens: usage!.prompt_tokens, outputTokens: usage!.completion_tokens } });
}

async function askForVectors({ url, key, ref, input, check }: Asked): Promise<void> {
  const openai = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: key });
  const { data } = await openai.embeddings.create({ model: ref, input: input['text'] });
  await check({ embedding: data[0]!.embedding });
}

function forJson(input: Fields): Fields {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('base64') : value]));
}
