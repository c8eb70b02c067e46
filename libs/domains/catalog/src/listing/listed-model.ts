import { Prisma } from '@steelyard/platform-database';
import { SHARED } from '../reach.js';

/** What a list shows of a model, and what it takes to read the rest of it. */
export interface ListedModel {
  readonly tenantId: string;
  readonly modelId: string;
  /** The version that is shown. */
  readonly versionId: string;
  readonly name: string;
  readonly task: string;
  readonly visibility: string;
  readonly description: string;
  readonly license: string;
  readonly tags: string[];
  readonly support: string | null;
  readonly calls: bigint;
  readonly faults: bigint;
  readonly p50Micros: number | null;
  readonly p95Micros: number | null;
  readonly sampled: number;
  readonly figuresFrom: Date | null;
  readonly figuresAt: Date | null;
  readonly createdAt: Date;
  /** Whether its owner shares it with the tenant of the transaction. */
  readonly shared: boolean;
}

/** The columns of a {@link ListedModel}, of `model_listing l` and `model m`. */
export const LISTED = Prisma.sql`
  l.tenant_id AS "tenantId", l.model_id AS "modelId", l.version_id AS "versionId", l.name, l.task, m.visibility, l.description, l.license, l.tags, l.support,
  l.calls, l.faults, l.p50_micros AS "p50Micros", l.p95_micros AS "p95Micros", l.sampled, l.figures_from AS "figuresFrom", l.figures_at AS "figuresAt",
  m.created_at AS "createdAt", ${SHARED} AS shared`;
