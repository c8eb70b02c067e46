import type { PriceTerms } from '@steelyard/kernel';
import type { Manifest, PackageFile } from '@steelyard/model-package';
import type { StoredSignature } from './signing/signing-key.js';

/** The stages of a publication, in order. A dry run ends after `measured`. */
export const STAGES = ['uploaded', 'verified', 'scanned', 'loaded', 'samples-run', 'measured', 'ready', 'listed'] as const;

export type Stage = (typeof STAGES)[number];
export type StageStatus = 'started' | 'succeeded' | 'failed';
export type PublicationStatus = 'running' | 'succeeded' | 'failed';

/** What a provider asks for; kept with the publication. */
export interface PublishRequest {
  /** `model.yaml` as JSON, price included. */
  readonly manifest: unknown;
  readonly files: readonly PackageFile[];
  /** Where to release the version; the first ready version goes to `stable` by itself. */
  readonly channel?: string | undefined;
  readonly public: boolean;
  /** Only try the package out; leaves no version. */
  readonly dryRun: boolean;
  /** A DSSE envelope, as it was sent. */
  readonly signature?: unknown;
}

/** A publication that was accepted and is about to run. */
export interface AcceptedPublication {
  readonly id: string;
  readonly tenantId: string;
  readonly actorId: string;
  readonly manifest: Manifest;
  readonly price: PriceTerms | undefined;
  /** Checked, of a package that was signed. */
  readonly signature: StoredSignature | undefined;
  readonly request: PublishRequest;
}

/** A failure as an event or a publication keeps it. */
export interface RecordedError {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export interface EventRecord {
  /** 1, 2, ... within its publication. */
  readonly seq: number;
  readonly stage: Stage;
  readonly status: StageStatus;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly createdAt: Date;
}

export interface PublicationRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly modelName: string;
  readonly version: string;
  readonly digest: string | null;
  readonly dryRun: boolean;
  readonly status: PublicationStatus;
  readonly error: RecordedError | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** How one sample went; the detail of the `samples-run` event lists them. */
export interface SampleResult {
  readonly name: string;
  readonly passed: boolean;
  /** What differed, or why there was no answer. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  readonly latencyMs: number | null;
}
