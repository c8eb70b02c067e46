import type { PriceTerms } from '@steelyard/kernel';
import type { Manifest, Measurements, PackageFile } from '@steelyard/model-package';

/** What a version costs from a moment on. */
export interface VersionPrice extends PriceTerms {
  readonly id: string;
  /** 0 for the price that the version was published with. */
  readonly effectiveAtMs: number;
}

/** Everything that a call needs to know of the version it runs. Immutable, so it may be cached. */
export interface ResolvedVersion {
  readonly modelId: string;
  readonly versionId: string;
  readonly providerTenantId: string;
  readonly owner: string;
  readonly name: string;
  readonly version: string;
  /** `acme/digits@1.0.0` */
  readonly label: string;
  readonly digest: string;
  readonly manifest: Manifest;
  /** In force when this was read; `pricedAt` says what is in force at a call's moment. */
  readonly price: VersionPrice;
  /** What comes into force later, the earliest first. */
  readonly announced: readonly VersionPrice[];
  readonly deprecation: VersionDeprecation | undefined;
}

/** That a version goes: since when that is said, when it happens, and what takes its place. */
export interface VersionDeprecation {
  readonly since: Date;
  /** From then on the version answers no more. */
  readonly sunsetAt: Date;
  /** Number of the successor, e.g. 2.0.0. */
  readonly successor: string | undefined;
}

/** A version that passed the first checks and is about to be tried out. */
export interface VersionDraft {
  readonly tenantId: string;
  readonly manifest: Manifest;
  readonly digest: string;
  readonly files: readonly PackageFile[];
  readonly card: string;
  readonly samples: unknown;
  readonly price: PriceTerms;
  /** As it is shown and checked again; `undefined` of a version that is not signed. */
  readonly signature?: object | undefined;
}

export interface VersionId {
  readonly tenantId: string;
  readonly versionId: string;
}

export type VersionOutcome = { readonly ready: true; readonly measurements: Measurements } | { readonly ready: false };
