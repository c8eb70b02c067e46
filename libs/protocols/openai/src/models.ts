import { isForModel } from '@steelyard/kernel';
import { httpErrors, sendJson, type BareRequest } from '@steelyard/platform-http';
import { listModels, predictingCaller } from '@steelyard/protocol-door';
import type { OpenAiOptions } from './options.js';

const TASKS = ['text-generation', 'text-embedding'] as const;

/** `GET /models`: what can be called here. */
export async function listAll(request: BareRequest, options: OpenAiOptions): Promise<void> {
  const caller = predictingCaller(request);
  const lists = await Promise.all(TASKS.map((task) => listModels(options, caller, task)));
  const data = lists.flat().map(({ ref, createdAt, version }) => ({ id: ref, object: 'model', created: secondsOf(createdAt), owned_by: version.owner }));
  sendJson(request, 200, JSON.stringify({ object: 'list', data }));
}

/** `GET /models/{id}`. The id may be written with its slash or without: `owner/name`, `owner%2Fname`. */
export async function showOne(request: BareRequest, id: string, options: OpenAiOptions): Promise<void> {
  const caller = predictingCaller(request);
  const version = await options.catalog.resolve(id, caller);
  if (!isForModel(caller, version.modelId)) throw await options.catalog.notAllowed(caller, `${version.owner}/${version.name}`);
  const model = await options.reader.model(caller, `${version.owner}/${version.name}`);
  if (!model) throw httpErrors.NOT_FOUND({ path: `/openai/v1/models/${id}` });
  sendJson(request, 200, JSON.stringify({ id, object: 'model', created: secondsOf(model.createdAt), owned_by: version.owner }));
}

const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1_000);
