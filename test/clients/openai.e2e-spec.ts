import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { describePlatform, newName, type SharedPlatform } from '@steelyard/test-support';
import { APICallError, embedMany, generateText, streamText } from 'ai';
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { commonRows, refusesEach } from './bad-requests.js';
import { referenceModel, remove, writeEmbeddingPackage } from './packages.js';
import { publishFolder } from './publish-folder.js';

/** 0.15 and 0.60 dollars for a million tokens. */
const storyNano = ({ prompt_tokens, completion_tokens }: OpenAI.CompletionUsage): bigint => 150n * BigInt(prompt_tokens) + 600n * BigInt(completion_tokens);
const VECTOR_NANO = 200_000n;
const messages = [{ role: 'user' as const, content: 'Tell me a story about Mina and a kite.' }];
const short = { temperature: 0, max_tokens: 24 };

/** The unmodified clients, with nothing but another base URL and another key. */
describePlatform('clients of the OpenAI API', (context) => {
  const acme = newName('acme');
  const stories = `${acme}/tiny-stories-onnx`;
  const vectors = `${acme}/review-vectors`;
  let platform: SharedPlatform;
  let key: string;
  let baseURL: string;
  let sent: Request[];
  let openai: OpenAI;

  /** Notes what the client sends, and may stand in for a network that fails. */
  function clientWith(send: (request: Request) => Promise<Response> = fetch): OpenAI {
    sent = [];
    return new OpenAI({
      apiKey: key,
      baseURL,
      fetch: (url, init) => {
        const request = new Request(url, init);
        sent.push(request.clone());
        return send(request);
      },
    });
  }

  beforeAll(async () => {
    platform = context.platform();
    baseURL = `${platform.url}/openai/v1`;
    const provider = await platform.openOrganization(acme);
    key = await platform.openOrganization(newName('caller'), '1.00');
    openai = clientWith();
    const dir = await writeEmbeddingPackage();
    await publishFolder(platform, provider, dir);
    await remove(dir);
    await publishFolder(platform, provider, referenceModel('tiny-stories-onnx'));
    await publishFolder(platform, provider, referenceModel('digits'));
  }, 180_000);

  const available = async (): Promise<bigint> => BigInt((await platform.settledBalance(key)).availableNano);

  /** What `work` cost. */
  async function costOf(work: () => Promise<unknown>): Promise<bigint> {
    const before = await available();
    await work();
    return before - (await available());
  }

  describe('openai', () => {
    it('chat.completions.create', async () => {
      const before = await available();
      const completion = await openai.chat.completions.create({ model: stories, messages, temperature: 0, max_tokens: 200 });
      expect(completion).toMatchObject({ object: 'chat.completion', model: stories, choices: [{ finish_reason: 'stop', message: { role: 'assistant' } }] });
      expect(completion.choices[0]!.message.content).toMatch(/\bMina\b.*\bkite\b/s);
      const { prompt_tokens, completion_tokens, total_tokens } = completion.usage!;
      expect(completion_tokens).toBeGreaterThan(20);
      expect(prompt_tokens + completion_tokens).toBe(total_tokens);
      expect(before - (await available())).toBe(storyNano(completion.usage!));
      expect(completion._request_id).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('chat.completions.create, streamed, says the same as in one piece', async () => {
      const whole = await openai.chat.completions.create({ model: stories, messages, ...short });
      const stream = await openai.chat.completions.create({ model: stories, messages, ...short, stream: true, stream_options: { include_usage: true } });
      const pieces: string[] = [];
      const ends: (string | null)[] = [];
      let usage: OpenAI.CompletionUsage | null | undefined;
      for await (const chunk of stream) {
        const [choice] = chunk.choices;
        if (choice?.delta.content) pieces.push(choice.delta.content);
        if (choice?.finish_reason) ends.push(choice.finish_reason);
        usage = chunk.usage ?? usage;
      }
      expect(pieces.length).toBeGreaterThan(5);
      expect(pieces.join('')).toBe(whole.choices[0]!.message.content);
      expect(ends).toEqual(['length']);
      expect(usage).toEqual(whole.usage);
    });

    it('chat.completions.stream, the helper, and parts of a message', async () => {
      const parts = [{ type: 'text' as const, text: 'Tell me a story ' }, { type: 'text' as const, text: 'about Mina and a kite.' }];
      const text = await openai.chat.completions.stream({ model: stories, messages: [{ role: 'user', content: parts }], ...short }).finalContent();
      const whole = await openai.chat.completions.create({ model: stories, messages, ...short });
      expect(text).toBe(whole.choices[0]!.message.content);
    });

    it('completions.create, in one piece and streamed', async () => {
      const ask = { model: stories, prompt: 'Once upon a time', ...short, seed: 7, stop: ['\n\n'] };
      const whole = await openai.completions.create(ask);
      expect(whole).toMatchObject({ object: 'text_completion', choices: [{ index: 0, finish_reason: expect.stringMatching(/^(stop|length)$/) }] });
      let text = '';
      for await (const chunk of await openai.completions.create({ ...ask, stream: true })) text += chunk.choices[0]!.text;
      expect(text).toBe(whole.choices[0]!.text);
      expect(text.length).toBeGreaterThan(20);
    });

    it('embeddings.create, as base64, which is the client’s default, and as numbers', async () => {
      const input = ['What a wonderful film!', 'A dull and endless bore.', 'I loved every minute of it.'];
      const cost = await costOf(async () => {
        const { data } = await openai.embeddings.create({ model: vectors, input });
        const plain = await openai.embeddings.create({ model: vectors, input, encoding_format: 'float' });
        expect(data.map(({ embedding }) => embedding.length)).toEqual([256, 256, 256]);
        for (const [index, { embedding }] of data.entries()) for (const [at, value] of embedding.entries()) expect(value).toBeCloseTo(plain.data[index]!.embedding[at]!, 6);
        const dot = (a: number, b: number) => data[a]!.embedding.reduce((sum, value, at) => sum + value * data[b]!.embedding[at]!, 0);
        expect(dot(0, 2)).toBeGreaterThan(dot(0, 1) + 0.2);
      });
      expect(cost).toBe(6n * VECTOR_NANO);
    });

    it('models.list and models.retrieve, of what can be called here', async () => {
      const models = [];
      for await (const model of openai.models.list()) models.push(model);
      const mine = models.filter(({ owned_by }) => owned_by === acme);
      expect(mine.map(({ id }) => id).sort()).toEqual([vectors, stories].sort());
      expect(await openai.models.retrieve(stories)).toEqual({ id: stories, object: 'model', created: expect.any(Number), owned_by: acme });
      expect(mine.find(({ id }) => id === stories)).toEqual(await openai.models.retrieve(stories));
    });

    it('is told in its own errors what is wrong, tries nothing again, and pays nothing', async () => {
      const client = clientWith();
      const poor = new OpenAI({ apiKey: await platform.openOrganization(newName('poor')), baseURL });
      const create = (wish: object, with_ = client) => with_.chat.completions.create({ model: stories, messages, ...short, ...wish } as OpenAI.ChatCompletionCreateParamsNonStreaming);
      const failure = (work: Promise<unknown>) => work.then(() => undefined, (error: APIError) => error);
      const cost = await costOf(async () => {
        const unknown = await failure(create({ model: `${acme}/nothing` }));
        expect(unknown).toBeInstanceOf(NotFoundError);
        expect(unknown).toMatchObject({ status: 404, code: 'model_not_found', type: 'invalid_request_error' });
        const wrong = await failure(create({ model: `${acme}/digits` }));
        expect(wrong).toBeInstanceOf(BadRequestError);
        expect(wrong!.message).toContain('image-classification');
        expect(await failure(create({ n: 2 }))).toMatchObject({ status: 400, param: 'n', code: 'OPENAI.PARAM_NOT_SUPPORTED' });
        expect(await failure(create({ tools: [{ type: 'function', function: { name: 'f' } }] }))).toMatchObject({ param: 'tools' });
        expect(await failure(create({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }))).toMatchObject({ param: 'messages[0].content[0].type' });
        expect(await failure(create({ temperature: 9 }))).toMatchObject({ status: 400, code: 'INFERENCE.INPUT_INVALID' });
        const late = await failure(client.chat.completions.create({ model: stories, messages }, { headers: { 'Steelyard-Deadline-Ms': '0' } }));
        expect(late).toMatchObject({ status: 504, type: 'server_error' });
        expect(sent).toHaveLength(7);
        expect(await failure(create({}, new OpenAI({ apiKey: 'sk-nonsense', baseURL })))).toBeInstanceOf(AuthenticationError);
        expect(await failure(create({}, poor))).toMatchObject({ status: 402, code: 'insufficient_quota' });
      });
      expect(cost).toBe(0n);
    });

    it('tries again when an answer is lost, and an idempotency key makes it one charge and one answer', async () => {
      const answers: string[] = [];
      let usage: OpenAI.CompletionUsage | undefined;
      const client = clientWith(async (request) => {
        const response = await fetch(request);
        answers.push(await response.clone().text());
        if (answers.length === 1) throw new TypeError('the network is gone');
        return response;
      });
      const cost = await costOf(async () => {
        const completion = await client.chat.completions.create({ model: stories, messages, temperature: 1, max_tokens: 24 }, { headers: { 'Idempotency-Key': newName('key') } });
        const [first, second] = answers.map((text) => (JSON.parse(text) as OpenAI.ChatCompletion).choices);
        expect(second).toEqual(first);
        expect(completion.choices).toEqual(first);
        ({ usage } = completion);
      });
      expect(sent.map(({ headers }) => headers.get('x-stainless-retry-count'))).toEqual(['0', '1']);
      expect(cost).toBe(storyNano(usage!));
    });

    it('stops the model by leaving, and pays what it wrote until then', async () => {
      const ask = { model: stories, messages, temperature: 0, max_tokens: 200 };
      const { usage } = await openai.chat.completions.create(ask);
      const cost = await costOf(async () => {
        const stream = await openai.chat.completions.create({ ...ask, stream: true });
        for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
        expect(stream.controller.signal.aborted).toBe(true);
      });
      expect(cost).toBeGreaterThanOrEqual(storyNano({ ...usage!, completion_tokens: 1 }));
      expect(cost).toBeLessThan(storyNano(usage!));
    });
  });

  describe('the AI SDK with @ai-sdk/openai-compatible', () => {
    const provider = () => createOpenAICompatible({ name: 'steelyard', baseURL, apiKey: key, includeUsage: true });

    it('generateText and streamText', async () => {
      const model = provider().chatModel(stories);
      const ask = { model, prompt: messages[0]!.content, temperature: 0, maxOutputTokens: 24 };
      const whole = await generateText(ask);
      expect(whole).toMatchObject({ finishReason: 'length', usage: { outputTokens: 24, inputTokens: expect.any(Number) } });
      const streamed = streamText(ask);
      const pieces: string[] = [];
      for await (const piece of streamed.textStream) pieces.push(piece);
      expect(pieces.length).toBeGreaterThan(5);
      expect(pieces.join('')).toBe(whole.text);
      expect(await streamed.usage).toMatchObject({ outputTokens: 24 });
    });

    it('embedMany', async () => {
      const values = ['A dull and endless bore.', 'I loved every minute of it.'];
      const { embeddings } = await embedMany({ model: provider().embeddingModel(vectors), values });
      const { data } = await openai.embeddings.create({ model: vectors, input: values, encoding_format: 'float' });
      // Which of the texts are computed together may differ, and with it the last digits.
      embeddings.forEach((vector, index) => vector.forEach((value, at) => expect(value).toBeCloseTo(data[index]!.embedding[at]!, 6)));
      expect(embeddings.map(({ length }) => length)).toEqual(data.map(({ embedding }) => embedding.length));
    });

    it('is told what is wrong, and tries nothing again', async () => {
      const error: unknown = await generateText({ model: provider().chatModel(`${acme}/nothing`), prompt: 'x' }).catch((thrown: unknown) => thrown);
      expect(APICallError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ statusCode: 404, isRetryable: false, message: expect.stringContaining(`${acme}/nothing`) });
    });
  });


  describe('what is wrong, said in the shape of the API, for nothing', () => {
    let before: bigint;
    beforeAll(async () => {
      before = await available();
    });
    afterAll(async () => expect(await available()).toBe(before));

    const door = (path: string, body: object) => ({
      good: () => ({ url: `${baseURL}/`, path, headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, body: JSON.stringify(body) }),
      messageOf: ({ error, ...rest }: any): string => {
        expect(rest).toEqual({});
        expect(error).toEqual({ message: expect.any(String), type: expect.stringMatching(/^(invalid_request_error|server_error|insufficient_quota)$/), code: expect.any(String), param: error.param === null ? null : expect.any(String) });
        return error.message;
      },
    });
    const chat = { model: stories, messages, ...short };
    const with_ = (change: object) => () => ({ body: JSON.stringify({ ...chat, ...change }) });
    refusesEach(door('chat/completions', chat), [
      ...commonRows('{"model": '),
      ['an unknown path', () => ({ path: 'chat/completion' }), { status: 404, code: 'HTTP.NOT_FOUND' }],
      ['a body that is a list', () => ({ body: '[]' }), { status: 400, code: 'OPENAI.PARAM_INVALID' }],
      ['no model', with_({ model: undefined }), { status: 400, code: 'OPENAI.PARAM_INVALID', message: /'model' is missing/ }],
      ['a model that is no reference', with_({ model: 'gpt-4o' }), { status: 400, code: 'CATALOG.REF_INVALID' }],
      ['messages that are none', with_({ messages: 'hello' }), { status: 400, code: 'OPENAI.PARAM_INVALID', message: /'messages' must be a list/ }],
      ['a role that is none', with_({ messages: [{ role: 'king', content: 'x' }] }), { status: 400, code: 'OPENAI.PARAM_INVALID', message: /'messages\[0\]\.role'/ }],
      ['a parameter that nobody knows', with_({ top_k: 3 }), { status: 400, code: 'OPENAI.PARAM_NOT_SUPPORTED', message: /'top_k'/ }],
      ['a temperature out of range', with_({ temperature: -1 }), { status: 400, code: 'INFERENCE.INPUT_INVALID', message: /temperature/ }],
      ['a stream of what is wrong', with_({ temperature: -1, stream: true }), { status: 400, code: 'INFERENCE.INPUT_INVALID' }],
      ['a format that is none', with_({ response_format: { type: 'xml' } }), { status: 400, code: 'OPENAI.PARAM_INVALID', message: /response_format\.type/ }],
    ]);
    const embedding = { model: vectors, input: 'A fine film.' };
    refusesEach(door('embeddings', embedding), [
      ['embeddings of tokens', () => ({ body: JSON.stringify({ ...embedding, input: [[1, 2]] }) }), { status: 400, code: 'OPENAI.PARAM_INVALID', message: /lists of tokens/ }],
      ['embeddings of nothing', () => ({ body: JSON.stringify({ ...embedding, input: [] }) }), { status: 400, code: 'OPENAI.PARAM_INVALID' }],
      ['embeddings of fewer dimensions', () => ({ body: JSON.stringify({ ...embedding, dimensions: 10 }) }), { status: 400, code: 'OPENAI.PARAM_NOT_SUPPORTED' }],
      ['embeddings in a format that is none', () => ({ body: JSON.stringify({ ...embedding, encoding_format: 'hex' }) }), { status: 400, code: 'OPENAI.PARAM_INVALID' }],
    ]);
  });

  it('refuses another request under a used idempotency key', async () => {
    const headers = { 'Idempotency-Key': newName('key') };
    await openai.chat.completions.create({ model: stories, messages, ...short }, { headers });
    const cost = await costOf(async () => {
      const again = openai.chat.completions.create({ model: stories, messages, ...short, seed: 1 }, { headers });
      await expect(again).rejects.toMatchObject({ status: 422, code: 'INFERENCE.IDEMPOTENCY_KEY_REUSED' });
    });
    expect(cost).toBe(0n);
  });
});
