import { amendError } from '../create-error.js';
import { SteelyardError } from '../errors.js';
import { type CallSettings, runCall } from '../run-call.js';
import { createPredictionStream, type PredictionStream, type StreamOptions } from './prediction-stream.js';
import { streamCall, type StreamListener } from './stream-call.js';

type Values = Record<string, unknown>;

/** One call through the plugins, like any other; its parts go round them. */
export function stream(settings: CallSettings, ref: string, { input, options }: { input: unknown; options: StreamOptions }): PredictionStream<Values, Values> {
  const { onState, signal, ...others } = options;
  return createPredictionStream(async (sink, left) => {
    const listener: StreamListener = { seen: 0, state: (state) => onState?.(state), part: (part) => sink.part(part as Values) };
    const either = signal ? AbortSignal.any([signal, left]) : left;
    try {
      const send = streamCall.bind(undefined, settings.connection);
      const { output, prediction } = await runCall(settings, ref, { input, options: { ...others, signal: either }, send: (call) => send(call, listener) });
      return { output: output as Values, prediction };
    } catch (error) {
      // The platform charges for what it has begun to hand out.
      if (listener.seen > 0 && error instanceof SteelyardError && error.code === 'CLIENT.CANCELLED') throw amendError(error, { charged: 'yes' });
      throw error;
    }
  });
}
