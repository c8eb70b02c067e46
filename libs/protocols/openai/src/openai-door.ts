import { httpErrors, type BareRequest, type BareRoute } from '@steelyard/platform-http';
import { enterBy } from '@steelyard/protocol-door';
import { embed } from './embed.js';
import { generate } from './generate.js';
import { readChat, readCompletion } from './generation.js';
import { listAll, showOne } from './models.js';
import type { OpenAiOptions } from './options.js';
import { refuse } from './refusal.js';
import { chatForm, completionForm } from './write-generation.js';

const PREFIX = '/openai/v1';

/** The part of the OpenAI API that models here can answer: chat completions, completions, embeddings, models. */
export function createOpenAiDoor(options: OpenAiOptions): BareRoute {
  return {
    prefix: PREFIX,
    answers: ['GET /models', 'GET /models/{id}', ...[...WORK.keys()].map((name) => `POST /${name}`)],
    bodyBytesMax: options.bodyBytesMax,
    enter: enterBy(options.identity),
    serve: (request) => serve(request, options).catch((error: unknown) => refuse(error, request, { log: options.logger })),
    refuse: (error, request) => refuse(error, request, { log: options.logger }),
  };
}

const CHAT = { name: 'chat/completions', read: readChat, form: chatForm };
const COMPLETIONS = { name: 'completions', read: readCompletion, form: completionForm };

async function serve(request: BareRequest, options: OpenAiOptions): Promise<void> {
  const { path } = request;
  const [first, ...rest] = path;
  if (first === 'models') {
    only('GET', request);
    return rest.length === 0 ? listAll(request, options) : showOne(request, rest.join('/'), options);
  }
  const work = WORK.get(path.join('/'));
  if (!work) throw httpErrors.NOT_FOUND({ path: [PREFIX, ...path].join('/') });
  only('POST', request);
  return work(request, options);
}

const WORK: ReadonlyMap<string, (request: BareRequest, options: OpenAiOptions) => Promise<void>> = new Map([
  [CHAT.name, (request, options) => generate(request, CHAT, options)],
  [COMPLETIONS.name, (request, options) => generate(request, COMPLETIONS, options)],
  ['embeddings', embed],
]);

/** @throws HTTP.METHOD_NOT_ALLOWED */
function only(allowed: string, { method }: BareRequest): void {
  if (method !== allowed) throw httpErrors.METHOD_NOT_ALLOWED({ method, allowed });
}
