import { FrameKind, type DescribedHeader, type LoadedHeader, type LoadHeader } from '@steelyard/wire';
import type { MaterializedModel } from '../engine-host.js';
import type { EngineLimits } from '../limits.js';
import { loadFailure, type RunnerProcess } from './runner-process.js';
import type { RuntimeDescriptions } from './runtime-descriptions.js';

export interface LoadOptions {
  readonly label: string;
  readonly model: MaterializedModel;
  readonly device: string;
  readonly descriptions: RuntimeDescriptions;
  readonly limits: EngineLimits;
  /** Default: those of the limits. */
  readonly threads?: number;
}

export interface LoadResult {
  readonly loaded: LoadedHeader;
  readonly described: DescribedHeader;
}

/**
 * Loads a model version into a fresh runner. Rejects with the runner's own error (`RUNTIME.*`), or with
 * `ENGINE.LOAD_FAILED` when the runner ended or took longer than the manifest allows, which ends it.
 */
export async function loadModel(runner: RunnerProcess, { label, model, device, descriptions, limits, threads = limits.threads }: LoadOptions): Promise<LoadResult> {
  const { manifest, dir } = model;
  const described = await descriptions.askOf(runner, manifest.runtime.name, label);
  const header: LoadHeader = { dir, device, threads };
  const work = runner.link.ask<LoadedHeader>(FrameKind.load, header, FrameKind.loaded);
  const loaded = await runner.within({ timeoutMs: manifest.limits.loadMs, reason: 'load-deadline', failure: loadFailure(label) }, work);
  return { loaded, described };
}
