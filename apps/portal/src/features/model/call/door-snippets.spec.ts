import { describe, expect, it } from '@jest/globals';
import { tasks } from '@steelyard/tasks';
import { inferenceInputs, inferenceSnippet } from './inference-snippet';
import { openAiSnippet, speaksOpenAi } from './openai-snippet';

const call = (input: Record<string, unknown>, files: Record<string, string> = {}) => ({ baseUrl: 'http://127.0.0.1:1', ref: 'acme/model', input, files });

/** What a snippet gives OpenAI's client, and what it prints of the answer. */
async function asked(task: string, input: Record<string, unknown>, answer: unknown) {
  const seen: unknown[] = [];
  const create = (method: string) => ({ create: (body: unknown) => Promise.resolve((seen.push(method, body), answer)) });
  class OpenAI {
    readonly chat = { completions: create('chat.completions') };
    readonly completions = create('completions');
    readonly embeddings = create('embeddings');
    constructor(options: unknown) {
      seen.push(options);
    }
  }
  const body = openAiSnippet(task, call(input)).replace(/^import .*$/gm, '').replace('console.log', 'print');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running the snippet is the test
  const run = new Function('OpenAI', 'process', 'print', `return (async () => {${body}})()`) as (...given: unknown[]) => Promise<void>;
  await run(OpenAI, { env: { STEELYARD_API_KEY: 'key' } }, (shown: unknown) => seen.push(shown));
  return seen;
}

const CLIENT = { baseURL: 'http://127.0.0.1:1/openai/v1', apiKey: 'key' };

describe('a call by OpenAI’s client', () => {
  it('asks for a chat with the options under their names there', async () => {
    const messages = [{ role: 'user', content: 'it\'s `x` ${y} "q"\n' }];
    const schema = { type: 'object' };
    const seen = await asked('text-generation', { messages, maxTokens: 9, topP: 0.5, stop: ['.'], jsonSchema: schema }, { choices: [{ message: { content: 'Hi' } }] });
    const format = { type: 'json_schema', json_schema: { name: 'answer', schema } };
    expect(seen).toEqual([CLIENT, 'chat.completions', { model: 'acme/model', messages, max_tokens: 9, top_p: 0.5, stop: ['.'], response_format: format }, 'Hi']);
  });

  it('asks to go on with a text, or for an embedding', async () => {
    expect(await asked('text-generation', { prompt: 'Once', seed: 1 }, { choices: [{ text: ' upon' }] })).toEqual([CLIENT, 'completions', { model: 'acme/model', prompt: 'Once', seed: 1 }, ' upon']);
    expect(await asked('text-embedding', { text: 'Hi' }, { data: [{ embedding: [1] }] })).toEqual([CLIENT, 'embeddings', { model: 'acme/model', input: 'Hi' }, [1]]);
  });

  it('is not offered for what that client cannot ask', () => {
    expect(speaksOpenAi('text-generation', { input: { prompt: 'x', jsonSchema: {} } })).toBe(false);
    expect(speaksOpenAi('text-generation', { input: {} })).toBe(false);
    expect(speaksOpenAi('text-classification', { input: { text: 'x' } })).toBe(false);
  });
});

describe('a call by the Open Inference Protocol', () => {
  const schema = {
    properties: {
      text: { type: 'string' },
      score: { type: 'number' },
      count: { type: 'integer' },
      on: { type: 'boolean' },
      values: { type: 'array', items: { type: 'number' } },
      messages: { type: 'array', items: { type: 'object' } },
      ids: { 'x-tensor': { dtype: 'int64', shape: [-1] } },
    },
  };

  it('has a tensor for each field, by what its schema says', () => {
    const ids = { dtype: 'int64', shape: [2], data: [1, 2] };
    expect(inferenceInputs({ text: 'Hi', score: 1, count: 2, on: true, values: [1, 2.5], messages: [{ a: 1 }], ids }, schema)).toEqual([
      { name: 'text', shape: [1], datatype: 'BYTES', data: ['Hi'] },
      { name: 'score', shape: [1], datatype: 'FP64', data: [1] },
      { name: 'count', shape: [1], datatype: 'INT64', data: [2] },
      { name: 'on', shape: [1], datatype: 'BOOL', data: [true] },
      { name: 'values', shape: [2], datatype: 'FP64', data: [1, 2.5] },
      { name: 'messages', shape: [1], datatype: 'BYTES', data: ['[{"a":1}]'] },
      { name: 'ids', shape: [2], datatype: 'INT64', data: [1, 2] },
    ]);
  });

  it('is not offered where a tensor is packed', () => {
    expect(inferenceSnippet(call({ ids: { dtype: 'int64', shape: [2], data: 'AQAAAA==' } }), schema)).toBeUndefined();
  });

  it('names the model as one part of the address, and lets a file flow in', () => {
    const snippet = inferenceSnippet(call({ image: 'aGVsbG8=' }, { image: 'a.png' }), tasks['object-detection'].input!)!;
    expect(snippet).toContain('http://127.0.0.1:1/v2/models/acme%2Fmodel/infer');
    expect(snippet).toContain('base64 < a.png');
    expect(snippet).not.toContain('aGVsbG8=');
  });
});
