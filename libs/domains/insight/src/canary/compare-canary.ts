import { Inject, Injectable } from '@nestjs/common';
import type { RunningCanary } from '@steelyard/domain-catalog';
import { ReadCalls } from '@steelyard/domain-metering';
import { CALLS_MIN, type Comparison } from './judge-canary.js';

/**
 * Of a model's calls since the canary began the newest so many are compared: that bounds what a look costs, and lets a fault that
 * begins late count for as much as an early one. A candidate with 1 % of the calls still has 500 of them.
 */
const NEWEST_MAX = 50_000;
const REFERENCE_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Holds a candidate's calls against those of the channel's own version. */
@Injectable()
export class CompareCanary {
  constructor(@Inject(ReadCalls) private readonly calls: ReadCalls) {}

  async compare({ modelId, versionId, stableVersionId, startedAt }: RunningCanary): Promise<Comparison> {
    const since = await this.calls.ofVersions(modelId, { versionIds: [versionId, stableVersionId], since: startedAt, newestMax: NEWEST_MAX });
    const stable = since(stableVersionId);
    const reference = stable.calls >= CALLS_MIN ? stable : await this.#lately(modelId, stableVersionId);
    return { candidate: since(versionId), stable, referenceP95Micros: reference.p95Micros };
  }

  /** For a stable version that is hardly called any more, as with a canary of 90 %. */
  async #lately(modelId: string, versionId: string) {
    const since = new Date(Date.now() - REFERENCE_DAYS * DAY_MS);
    return (await this.calls.ofVersions(modelId, { versionIds: [versionId], since, newestMax: NEWEST_MAX }))(versionId);
  }
}
