import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { formatModelRef, parseModelRef, personActorId, type Caller, type SignedInPerson } from '@steelyard/kernel';
import { DATABASE, type Database, type Prisma, type Tx } from '@steelyard/platform-database';
import { pageOf, toPage, type Page, type PageArgs } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { catalogErrors } from '../errors.js';
import { CatalogReader } from '../graphql/catalog-reader.js';
import type { ModelId } from '../listing/list-model.js';
import { checkReason } from '../reason.js';
import { appealTakedown } from './appeal-takedown.js';
import type { AbuseKind, AbuseReport, AppealTakedownInput, ReportAbuseInput, ReportState, RulingInput, Takedown } from './moderation.graphql-types.js';
import { reportAbuse } from './report-abuse.js';
import { decideTakedown, takeDownModel } from './take-down-model.js';
import { toTakedown, type TakedownRow } from './takedown.js';

const TAKEDOWNS_MAX = 200;

/** What is said against models, and what the operator does about it. */
@Injectable()
export class Moderation {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  /** Gives the report's id. @throws CATALOG.REF_INVALID, CATALOG.MODEL_NOT_FOUND, and as {@link reportAbuse} */
  async report(person: SignedInPerson, caller: Caller | undefined, { ref, kind, text }: ReportAbuseInput): Promise<string> {
    const model = await this.reader.model(caller, ref);
    if (!model) throw catalogErrors.MODEL_NOT_FOUND({ ref });
    return reportAbuse(this.database, person, { model, kind, text });
  }

  /** Newest first. @throws GRAPHQL.PAGE_INVALID */
  async reports(page: PageArgs, state: ReportState | undefined): Promise<Page<AbuseReport>> {
    const { limit, afterId } = pageOf(page);
    const where = { ...(state && { state }), ...(afterId !== undefined && { id: { lt: afterId } }) };
    const rows = await this.database.withPlatform((tx) => tx.abuseReport.findMany({ where, include: REPORTED, orderBy: { id: 'desc' }, take: limit + 1 }));
    const owners = await this.handles.handlesOf(rows.map(({ ownerId }) => ownerId));
    return toPage(rows, limit, ({ id }) => id, (row) => toReport(row, owners));
  }

  /** @throws CATALOG.REPORT_NOT_FOUND, CATALOG.REASON_INVALID */
  async dismiss(id: string, reason: string): Promise<AbuseReport> {
    checkStated(reason);
    const row = await this.database.withPlatform(async (tx) => {
      const { count } = await tx.abuseReport.updateMany({ where: { id, state: 'open' }, data: { state: 'dismissed', resolution: reason, resolvedAt: new Date() } });
      if (count === 0) throw catalogErrors.REPORT_NOT_FOUND({ id });
      return tx.abuseReport.findUniqueOrThrow({ where: { id }, include: REPORTED });
    });
    return toReport(row, await this.handles.handlesOf([row.ownerId]));
  }

  /** Those in force, newest first. */
  async takedowns(): Promise<Takedown[]> {
    const rows = await this.database.withPlatform((tx) =>
      tx.modelTakedown.findMany({
        where: { model: { takenDownAt: { not: null } }, OR: [{ decision: null }, { decision: 'kept' }] },
        include: { model: { select: { name: true } } },
        orderBy: { id: 'desc' },
        take: TAKEDOWNS_MAX,
      }),
    );
    const owners = await this.handles.handlesOf(rows.map(({ tenantId }) => tenantId));
    return rows.map((row) => toTakedown(row, formatModelRef({ owner: owners.get(row.tenantId)!, name: row.model.name })));
  }

  /** @throws CATALOG.REF_INVALID, CATALOG.MODEL_NOT_FOUND, CATALOG.REASON_INVALID, CATALOG.TAKEN_DOWN_ALREADY */
  takeDown(operator: Caller, input: RulingInput): Promise<Takedown> {
    return this.#rule(operator, input, takeDownModel);
  }

  /** @throws CATALOG.REF_INVALID, CATALOG.MODEL_NOT_FOUND, CATALOG.REASON_INVALID, CATALOG.NOT_TAKEN_DOWN */
  decide(operator: Caller, decision: 'kept' | 'restored', input: RulingInput): Promise<Takedown> {
    return this.#rule(operator, input, (tx, ruling) => decideTakedown(tx, decision, ruling));
  }

  /** Gives the model's id. @throws as {@link appealTakedown} */
  appeal(caller: Caller, input: AppealTakedownInput): Promise<string> {
    const { organizationId: tenantId, actorId } = caller;
    return this.database.withTenant(tenantId, (tx) => appealTakedown(tx, { ...input, tenantId, actorId }));
  }

  async #rule(operator: Caller, { ref, reason }: RulingInput, work: (tx: Tx, ruling: Parameters<typeof takeDownModel>[1]) => Promise<TakedownRow>): Promise<Takedown> {
    checkStated(reason);
    const id = await this.#find(ref);
    const row = await this.catalog.moderate(id, (tx) => work(tx, { ...id, ref, reason, actorId: operator.actorId }));
    return toTakedown(row, ref);
  }

  async #find(ref: string): Promise<ModelId> {
    const parsed = parseModelRef(ref);
    if (!parsed) throw catalogErrors.REF_INVALID({ ref });
    const tenantId = await this.handles.idOf(parsed.owner);
    const found = tenantId && (await this.database.withPlatform((tx) => tx.model.findUnique({ where: { tenantId_name: { tenantId, name: parsed.name } }, select: { id: true } })));
    if (!tenantId || !found) throw catalogErrors.MODEL_NOT_FOUND({ ref });
    return { tenantId, modelId: found.id };
  }
}

/** Somebody is told it: one line that says something. @throws CATALOG.REASON_INVALID */
function checkStated(reason: string): void {
  checkReason(reason);
  if (reason.trim() === '') throw catalogErrors.REASON_INVALID({});
}

const REPORTED = { model: { select: { name: true } } } as const;

function toReport({ ownerId, model, personId, ...row }: Prisma.AbuseReportGetPayload<{ include: typeof REPORTED }>, owners: ReadonlyMap<string, string>): AbuseReport {
  const ref = formatModelRef({ owner: owners.get(ownerId)!, name: model.name });
  return { ...row, ref, kind: row.kind as AbuseKind, state: row.state as ReportState, reporterId: personActorId(personId) };
}
