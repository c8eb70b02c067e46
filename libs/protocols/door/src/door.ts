import { authorize, type Identity } from '@steelyard/domain-identity';
import type { PredictCommand, RunPrediction } from '@steelyard/domain-inference';
import type { Caller, Identified } from '@steelyard/kernel';
import { credentialsOf, followAnswer, goneSignal, type ArrivingRequest, type BareRequest, type EventStreamOptions } from '@steelyard/platform-http';
import type { Logger, Tracing } from '@steelyard/platform-observability';
import { readOptions } from './read-options.js';

/** What a door that runs predictions is made with. */
export interface DoorOptions {
  readonly identity: Pick<Identity, 'identify'>;
  readonly runPrediction: Pick<RunPrediction, 'run' | 'stream'>;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly bodyBytesMax: number;
  readonly events?: EventStreamOptions | undefined;
}

/**
 * The `enter` of a door: who sends a request is told, and counted against their limits, before its body is read. Cookies count for nothing at
 * doors for programs.
 */
export function enterBy(identity: DoorOptions['identity']): (request: ArrivingRequest) => Promise<Identified> {
  return ({ headers, response }) => identity.identify({ ...credentialsOf(headers), cookie: undefined }, response);
}

/** A call before its model and its input are known. */
export type OpenCall = Omit<PredictCommand, 'ref' | 'input'>;

/**
 * What every call begins with: who calls, with which options, and the span that it is traced in, which ends with the answer.
 * @throws AppError of IDENTITY and HTTP
 */
export function openCall(request: BareRequest, name: string, { tracing }: Pick<DoorOptions, 'tracing'>): OpenCall {
  const { headers, response } = request;
  const span = tracing.begin(name, headers.traceparent);
  if (span) followAnswer(span, request.method, response);
  return { caller: predictingCaller(request), options: readOptions(headers), signal: goneSignal(response), span };
}

/** Who may predict. @throws AppError of IDENTITY */
export function predictingCaller(request: BareRequest): Caller {
  return authorize(callerOf(request), 'predict');
}

/** Who asks, where they say so; of a door that has {@link enterBy}. */
export function callerOf({ identified }: BareRequest): Caller | undefined {
  return identified?.caller;
}
