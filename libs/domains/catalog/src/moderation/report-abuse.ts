import { newId, type SignedInPerson } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { checkedNote } from './note.js';

/** Of one person within a day: enough for somebody who has found something, too few to bury the operator. */
const REPORTS_A_DAY_MAX = 10;
const DAY_MS = 24 * 60 * 60 * 1_000;

export type AbuseKind = 'illegal' | 'harmful' | 'deceptive' | 'rights' | 'privacy' | 'other';

export interface AbuseWish {
  /** A model that the person may see. */
  readonly model: { readonly tenantId: string; readonly id: string };
  readonly kind: AbuseKind;
  readonly text: string;
}

/**
 * Writes down what somebody says of a model; gives the report's id. Who repeats a report that is still open changes its text.
 * @throws CATALOG.NOTE_INVALID, CATALOG.REPORTS_LIMITED
 */
export async function reportAbuse(database: Database, person: SignedInPerson, { model, kind, text }: AbuseWish): Promise<string> {
  const data = { kind, text: checkedNote(text) };
  const about = { personId: person.id, ownerId: model.tenantId, modelId: model.id };
  return database.withPlatform(async (tx) => {
    // One person's reports follow one after the other, so that none slips past the count.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`abuse-report ${person.id}`}, 0))`;
    const open = await tx.abuseReport.findFirst({ where: { ...about, state: 'open' }, select: { id: true } });
    if (open) return (await tx.abuseReport.update({ where: { id: open.id }, data, select: { id: true } })).id;
    const today = await tx.abuseReport.count({ where: { personId: person.id, createdAt: { gt: new Date(Date.now() - DAY_MS) } } });
    if (today >= REPORTS_A_DAY_MAX) throw catalogErrors.REPORTS_LIMITED({ max: REPORTS_A_DAY_MAX });
    return (await tx.abuseReport.create({ data: { ...about, ...data, id: newId() }, select: { id: true } })).id;
  });
}
