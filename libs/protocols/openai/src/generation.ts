import { always, invalid, isEmpty, isFalse, isOne, isZero, NOTES, Params } from './read-params.js';

/** A request for text, whichever of the two addresses it came to. */
export interface GenerationRequest {
  readonly model: string;
  /** As the task text-generation takes it. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
  /** Whether a stream says at its end how many tokens there were. */
  readonly streamUsage: boolean;
  /** From `metadata.tag`. */
  readonly tag: string | undefined;
}

const IDLE = { ...NOTES, n: isOne, frequency_penalty: isZero, presence_penalty: isZero, logit_bias: isEmpty };
const SAMPLING = ['model', 'max_tokens', 'temperature', 'top_p', 'seed', 'stop', 'stream', 'stream_options'];

/** `POST /chat/completions`. @throws OPENAI.PARAM_INVALID, OPENAI.PARAM_NOT_SUPPORTED */
export function readChat(body: unknown): GenerationRequest {
  const params = new Params(body);
  params.allow([...SAMPLING, 'messages', 'max_completion_tokens', 'response_format'], {
    ...IDLE, logprobs: isFalse, tools: isEmpty, tool_choice: (value) => value === 'none' || value === 'auto', parallel_tool_calls: always, verbosity: always, reasoning_effort: always,
  });
  const messages = params.list('messages');
  if (messages === undefined) throw invalid('messages', 'is missing');
  return request(params, {
    messages: messages.map((message, index) => readMessage(new Params(message, `messages[${index}]`))),
    maxTokens: params.number('max_completion_tokens') ?? params.number('max_tokens'),
    jsonSchema: readFormat(params.object('response_format')),
  });
}

/** `POST /completions`. @throws OPENAI.PARAM_INVALID, OPENAI.PARAM_NOT_SUPPORTED */
export function readCompletion(body: unknown): GenerationRequest {
  const params = new Params(body);
  params.allow([...SAMPLING, 'prompt'], { ...IDLE, best_of: isOne, echo: isFalse, suffix: (value) => value === '' });
  return request(params, { prompt: readPrompt(params.get('prompt')), maxTokens: params.number('max_tokens') });
}

function request(params: Params, input: Readonly<Record<string, unknown>>): GenerationRequest {
  const stop = params.get('stop');
  const whole = { ...input, temperature: params.number('temperature'), topP: params.number('top_p'), seed: params.number('seed'), stop: typeof stop === 'string' ? [stop] : params.list('stop') };
  const options = params.object('stream_options');
  return {
    model: params.required('model'),
    input: Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)),
    stream: params.flag('stream'),
    streamUsage: options?.flag('include_usage') ?? false,
    tag: params.tag(),
  };
}

const ROLES: Readonly<Record<string, string>> = { system: 'system', developer: 'system', user: 'user', assistant: 'assistant' };

function readMessage(message: Params): { role: string; content: string } {
  const role = message.required('role');
  if (!Object.hasOwn(ROLES, role)) throw invalid(message.named('role'), `is '${role}', and this server takes ${Object.keys(ROLES).join(', ')}`);
  message.allow(['role', 'content'], { name: always, refusal: always, tool_calls: isEmpty });
  return { role: ROLES[role]!, content: readContent(message) };
}

/** A text, or a list of parts that are texts. */
function readContent(message: Params): string {
  const content = message.get('content');
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw invalid(message.named('content'), 'must be a text or a list of parts');
  return content
    .map((value, index) => {
      const part = new Params(value, `${message.named('content')}[${index}]`);
      const type = part.required('type');
      if (type !== 'text') throw invalid(part.named('type'), `is '${type}', and the models of this server read text`);
      return part.required('text');
    })
    .join('');
}

/** One prompt; lists of one are what some clients make of it. */
function readPrompt(value: unknown): string {
  const prompt: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof prompt === 'string') return prompt;
  if (prompt === undefined || prompt === null) throw invalid('prompt', 'is missing');
  throw invalid('prompt', 'must be one text: lists of prompts and of tokens are not read here');
}

/** The schema that an answer is to be held to. */
function readFormat(format: Params | undefined): unknown {
  if (!format) return undefined;
  const type = format.required('type');
  if (type === 'text') return undefined;
  if (type === 'json_object') return { type: 'object' };
  if (type !== 'json_schema') throw invalid(format.named('type'), `is '${type}', and this server knows text, json_object and json_schema`);
  const schema = format.object('json_schema')?.get('schema');
  if (typeof schema !== 'object') throw invalid(format.named('json_schema.schema'), 'must be a JSON Schema');
  return schema;
}
