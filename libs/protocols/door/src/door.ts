import { authorize, type Identity } from '@steelyard/domain-identity';
import type { PredictCommand, RunPrediction } from '@steelyard/domain-inference';
import type { Caller } from '@steelyard/kernel';
import { credentialsOf, followAnswer, goneSignal, type BareRequest, type EventStreamOptions } from '@steelyard/platform-http';
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

/** A call before its model and its input are known. */
export type OpenCall = Omit<PredictCommand, 'ref' | 'input'>;

/**
 * What every call begins with: who calls, with which options, and the span that it is traced in, which ends with the answer.
 * @throws AppError of IDENTITY and HTTP
 */
export async function openCall(request: BareRequest, name: string, { identity, tracing }: Pick<DoorOptions, 'identity' | 'tracing'>): Promise<OpenCall> {
  const { headers, response } = request;
  const span = tracing.begin(name, headers.traceparent);
  if (span) followAnswer(span, request.method, response);
  const caller = await callerOf(request, identity);
  return { caller: authorize(caller, 'predict'), options: readOptions(headers), signal: goneSignal(response), span };
}

/** Who may predict. @throws AppError of IDENTITY */
export async function predictingCaller(request: BareRequest, identity: DoorOptions['identity']): Promise<Caller> {
  return authorize(await callerOf(request, identity), 'predict');
}

/** Who asks, where they say so. @throws AppError of IDENTITY */
export async function callerOf({ headers }: BareRequest, identity: DoorOptions['identity']): Promise<Caller | undefined> {
  const { caller } = await identity.identify({ ...credentialsOf(headers), cookie: undefined });
  return caller;
}
