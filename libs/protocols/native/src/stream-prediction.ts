import { endBy, giveAnswer, wasCharged, type PredictCommand, type PredictEvent } from '@steelyard/domain-inference';
import { EventStream, REQUEST_ID_HEADER, toHttpError, type BareRequest } from '@steelyard/platform-http';
import { factsOf, type DoorOptions } from '@steelyard/protocol-door';
import { toJsonValue } from '@steelyard/wire';

/**
 * Answers with server-sent events: `state`, `part`, and at the end `done` or `error`. Whatever goes wrong before the first of
 * them is thrown, for an ordinary answer. The next event is asked for when the reader has taken the last.
 */
export async function streamPrediction({ id, response }: BareRequest, command: PredictCommand, options: DoorOptions): Promise<void> {
  const events = options.runPrediction.stream(command);
  const first = await events.next();
  const { span } = command;
  const stream = new EventStream(response, { [REQUEST_ID_HEADER]: id, ...(span && { traceparent: span.traceparent }) }, options.events);
  try {
    for (let step = first; !step.done && !response.destroyed; step = await events.next()) await send(stream, step.value);
  } catch (thrown) {
    const error = await endBy(thrown, events);
    const { status, body } = toHttpError(error, id, { log: options.logger, charged: wasCharged(error) });
    await stream.send('error', { status, ...body });
  } finally {
    await events.return();
    stream.end();
  }
}

async function send(stream: EventStream, event: PredictEvent): Promise<void> {
  switch (event.type) {
    case 'waits':
      return stream.send('state', { state: event.state });
    case 'part':
      return stream.send('part', toJsonValue(event.part));
    case 'done':
      return giveAnswer(event.result, () => stream.send('done', { output: toJsonValue(event.result.answer.value), prediction: factsOf(event.result) }));
  }
}
