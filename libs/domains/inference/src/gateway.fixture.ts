import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dispatch, EngineAnswer, EngineRequest } from '@steelyard/dispatch';
import type { Catalog, ResolvedVersion } from '@steelyard/domain-catalog';
import { Ledger } from '@steelyard/domain-ledger';
import { Metering } from '@steelyard/domain-metering';
import { NO_POLICY, type CallPolicy, type CallToKeep } from '@steelyard/domain-privacy';
import { AppError, newId, type Caller, type PriceTerms } from '@steelyard/kernel';
import type { Config } from '@steelyard/platform-config';
import type { Database } from '@steelyard/platform-database';
import { openJournal } from '@steelyard/platform-journal';
import { createMetrics, silentLogger, type Metrics } from '@steelyard/platform-observability';
import { tasks, type TaskName } from '@steelyard/tasks';
import { encodeValue, type DescribedHeader } from '@steelyard/wire';
import { AdmitCall } from './admit-call.js';
import { EstimateCall } from './charging/estimate-call.js';
import { FindPrediction } from './find-prediction.js';
import type { PredictCommand, PredictEvent, PredictOptions } from './predict-command.js';
import { Builds } from './receipts/builds.js';
import { RunPrediction } from './run-prediction.js';
import { SettleCall } from './settle-call.js';

/** What stands in for runners: everything else of a gateway is real. */
export type Engine = (request: EngineRequest, signal: AbortSignal) => Promise<EngineAnswer>;

export const cancelled = () => new AppError('ENGINE.CANCELLED', 'cancelled', { kind: 'cancelled' });
export const late = () => new AppError('ENGINE.DEADLINE_EXCEEDED', 'too late', { kind: 'deadline-exceeded' });
export const lost = () => new AppError('ENGINE.RUNNER_LOST', 'lost', { kind: 'unavailable' });

export function answerOf(output: unknown, timings: Partial<EngineAnswer['timings']> = {}): EngineAnswer {
  return { output: encodeValue(output), timings: { queueMs: 1, computeMs: 2, batchSize: 1, coldStartMs: 0, parts: 0, ...timings } };
}

/** Ends when the call is cancelled or its deadline has passed, as an engine does. */
export function untilEnded({ deadlineAtMs }: EngineRequest, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(late()), deadlineAtMs - Date.now() + 1);
    const cancel = () => {
      clearTimeout(timer);
      reject(cancelled());
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel);
  });
}

export interface Model {
  readonly providerTenantId: string;
  readonly price: PriceTerms;
  readonly task?: TaskName;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly runMs?: number;
}

export function modelOf({ providerTenantId, price, task = 'custom', input = tasks[task].input ?? { type: 'object' }, runMs = 60_000 }: Model): ResolvedVersion {
  return {
    modelId: newId(),
    versionId: newId(),
    providerTenantId,
    owner: 'acme',
    name: 'story',
    version: '1.0.0',
    label: 'acme/story@1.0.0',
    digest: newId(),
    manifest: { task, input, runtime: { name: 'echo' }, limits: { loadMs: 1_000, runMs } } as unknown as ResolvedVersion['manifest'],
    announced: [],
    price: { id: newId(), effectiveAtMs: 0, ...price },
    deprecation: undefined,
  };
}

export interface GatewayOptions {
  readonly version: () => ResolvedVersion;
  readonly engine: () => Engine;
  /** What the policies come to; none by default. */
  readonly policy?: () => CallPolicy;
  /** What the server lets a call take. */
  readonly deadlineMs?: number;
  /** How long what has ended may wait to be written. */
  readonly flushIntervalMs?: number;
}

/** One server as far as calls go, with a log of its own. */
export interface Gateway {
  readonly ledger: Ledger;
  readonly metering: Metering;
  readonly predictions: RunPrediction;
  readonly estimates: EstimateCall;
  readonly finder: FindPrediction;
  readonly metrics: Metrics;
  /** What its engine was asked. */
  readonly calls: EngineRequest[];
  /** What was offered to be kept. */
  readonly kept: CallToKeep[];
  close(): Promise<void>;
}

export const FEE_BASIS_POINTS = 1_500;

export async function openGateway(database: Database, { version, engine, policy = () => NO_POLICY, deadlineMs = 30_000, flushIntervalMs = 1 }: GatewayOptions): Promise<Gateway> {
  const dir = mkdtempSync(join(tmpdir(), 'steelyard-gateway-'));
  const ledger = new Ledger(database);
  const journal = await openJournal({ dir, sync: 'write' });
  const metering = new Metering(database, journal, silentLogger, ledger, { flushIntervalMs });
  await metering.recover();
  const metrics = createMetrics();
  const calls: EngineRequest[] = [];
  const kept: CallToKeep[] = [];
  const config = { deadlineMs, feeBasisPoints: FEE_BASIS_POINTS } as Config;
  const run: Dispatch['run'] = (request, signal) => {
    calls.push(request);
    return engine()(request, signal ?? new AbortController().signal);
  };
  const describe = async () => ({ name: 'echo', version: '0.1.0', libraries: { 'echo-library': '1.2.3' }, node: '20.0.0' }) as unknown as DescribedHeader;
  const admission = new AdmitCall(config, { resolve: async () => version() } as unknown as Catalog, ledger, { of: policy });
  const settlement = new SettleCall(config, metering, ledger, new Builds({ describe }, '9.9.9'), { offer: (call) => void kept.push(call) });
  const finder = new FindPrediction(database, metering);
  return {
    ledger,
    metering,
    predictions: new RunPrediction(admission, settlement, { run } as Dispatch, metrics, finder),
    estimates: new EstimateCall(admission, ledger),
    finder,
    metrics,
    calls,
    kept,
    async close() {
      await metering.close();
      await journal.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function commandOf(organizationId: string, input: unknown, { options = {}, signal }: { options?: PredictOptions; signal?: AbortSignal | undefined } = {}): PredictCommand {
  return { ref: 'acme/story', input, caller: { organizationId, actorId: 'key1' } as Caller, options, signal };
}

/** A hard budget of the organization for good; gives its id. */
export async function openBudget(database: Database, organizationId: string, limitNano: bigint): Promise<string> {
  const id = newId();
  const row = { tenant_id: organizationId, id, name: 'small', scope: 'organization', period: 'total', limit_nano: limitNano.toString(), currency: 'usd', hard: true };
  const rest = { alert_percents: [], created_by: 'me', created_at: new Date() };
  await database.pool.query('SELECT outcome FROM budget_set(jsonb_populate_record(NULL::budget, $1::jsonb), true, now())', [JSON.stringify({ ...row, ...rest })]);
  return id;
}

/** Takes events until `enough` of them, and gives them with what the stream threw. */
export async function follow(predictions: RunPrediction, command: PredictCommand, enough: (events: readonly PredictEvent[]) => boolean | void = () => false) {
  const events: PredictEvent[] = [];
  try {
    for await (const event of predictions.stream(command)) {
      events.push(event);
      if (enough(events)) break;
    }
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}
