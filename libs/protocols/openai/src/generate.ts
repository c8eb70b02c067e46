import { endBy, giveAnswer, type PredictCommand, type PredictEvent, type PredictResult } from '@steelyard/domain-inference';
import { newId } from '@steelyard/kernel';
import { EventStream, REQUEST_ID_HEADER, sendJson, type BareRequest } from '@steelyard/platform-http';
import { headersOf, openCall, readJson } from '@steelyard/protocol-door';
import type { Generation, GenerationPart } from '@steelyard/tasks';
import { checkTask } from './check-task.js';
import type { GenerationRequest } from './generation.js';
import type { OpenAiOptions } from './options.js';
import { toRefusal } from './refusal.js';
import type { GenerationFacts, GenerationForm } from './write-generation.js';

export interface GenerationAddress {
  readonly name: string;
  readonly read: (body: unknown) => GenerationRequest;
  readonly form: GenerationForm;
}

/** `POST /chat/completions` and `POST /completions`. */
export async function generate(request: BareRequest, { name, read, form }: GenerationAddress, options: OpenAiOptions): Promise<void> {
  const call = openCall(request, `POST /openai/v1/${name}`, options);
  const asked = read(readJson(request));
  await checkTask(asked.model, 'text-generation', call.caller, options.catalog);
  const command = { ...call, ref: asked.model, input: asked.input, options: { ...call.options, tag: call.options.tag ?? asked.tag } };
  const facts = { id: form.idPrefix + newId(), created: Math.floor(Date.now() / 1_000), model: asked.model };
  if (asked.stream) return stream(request, command, { asked, facts, form, options });
  const result = await options.runPrediction.run(command);
  await giveAnswer(result, () => {
    const answer = form.answer(facts, result.answer.value as Generation);
    sendJson(request, 200, JSON.stringify(answer), { ...headersOf(result), traceparent: call.span?.traceparent });
  });
}

interface Streaming {
  readonly asked: GenerationRequest;
  readonly facts: GenerationFacts;
  readonly form: GenerationForm;
  readonly options: OpenAiOptions;
}

/** What goes wrong before the first event is thrown, for an ordinary answer; later it is the last event. */
async function stream({ id, response }: BareRequest, command: PredictCommand, { asked, facts, form, options }: Streaming): Promise<void> {
  const events = options.runPrediction.stream(command);
  const first = await events.next();
  const sse = new EventStream(response, { [REQUEST_ID_HEADER]: id }, options.events);
  const send = (data: object) => sse.send(undefined, data);
  try {
    if (form.opening) await send(form.opening(facts));
    let seen = false;
    const take = async (event: PredictEvent): Promise<void> => {
      if (event.type === 'part') {
        seen = true;
        await send(form.chunk(facts, (event.part as GenerationPart).text));
      }
      if (event.type === 'done') await giveAnswer(event.result, () => finish(event.result));
    };
    const finish = async ({ answer }: PredictResult): Promise<void> => {
      const { text, finishReason, usage } = answer.value as Generation;
      // A model that gives no parts gives its text at the end.
      if (!seen && text !== '') await send(form.chunk(facts, text));
      await send(form.closing(facts, finishReason));
      if (asked.streamUsage) await send(form.usage(facts, usage));
      await sse.sendText('[DONE]');
    };
    for (let step = first; !step.done && !response.destroyed; step = await events.next()) await take(step.value);
  } catch (thrown) {
    const error = await endBy(thrown, events);
    await send(toRefusal(error, id, { log: options.logger }).body);
  } finally {
    await events.return();
    sse.end();
  }
}
