import type { JsonObject } from '../playground/draft';
import type { CallOf } from './call-snippets';

/** What an option of text generation is called there. */
const OPTIONS: Readonly<Record<string, string>> = { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p', seed: 'seed', stop: 'stop' };

interface Request {
  readonly method: string;
  readonly body: JsonObject;
  /** What is looked at of the answer. */
  readonly shown: string;
}

/** Whether OpenAI's client can ask a model of this task with this input. */
export function speaksOpenAi(task: string, { input }: Pick<CallOf, 'input'>): boolean {
  return requestOf(task, input) !== undefined;
}

/** The call by OpenAI's own client, TypeScript and JavaScript. */
export function openAiSnippet(task: string, { baseUrl, ref, input }: CallOf): string {
  const { method, body, shown } = requestOf(task, input)!;
  return [
    "import OpenAI from 'openai';",
    '',
    `const openai = new OpenAI({ baseURL: ${JSON.stringify(`${baseUrl}/openai/v1`)}, apiKey: process.env.STEELYARD_API_KEY });`,
    `const answer = await openai.${method}.create(${JSON.stringify({ model: ref, ...body }, null, 2)});`,
    `console.log(answer.${shown});`,
  ].join('\n');
}

function requestOf(task: string, input: JsonObject): Request | undefined {
  if (task === 'text-embedding') return typeof input['text'] === 'string' ? { method: 'embeddings', body: { input: input['text'] }, shown: 'data[0].embedding' } : undefined;
  if (task !== 'text-generation') return undefined;
  const options = Object.fromEntries(Object.entries(OPTIONS).flatMap(([name, there]) => (input[name] === undefined ? [] : [[there, input[name]]])));
  if (Array.isArray(input['messages'])) {
    const format = input['jsonSchema'] === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: input['jsonSchema'] } } };
    return { method: 'chat.completions', body: { messages: input['messages'], ...options, ...format }, shown: 'choices[0].message.content' };
  }
  // A text to go on with has no way to ask for JSON there.
  if (typeof input['prompt'] !== 'string' || input['jsonSchema'] !== undefined) return undefined;
  return { method: 'completions', body: { prompt: input['prompt'], ...options }, shown: 'choices[0].text' };
}
