import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ActorNames } from '@steelyard/domain-identity';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, graphqlErrors, pageSize, toPage, type Page } from '@steelyard/platform-graphql';
import type { SealedRow } from '../entry-rows.js';
import { ReadEntries } from '../read-entries.js';
import { AuditEntriesArgs, AuditEntryConnection, type AuditEntry } from './audit.graphql-types.js';

@Resolver()
export class AuditResolver {
  constructor(
    @Inject(ReadEntries) private readonly entries: ReadEntries,
    @Inject(ActorNames) private readonly names: ActorNames,
  ) {}

  @Access('audit:read')
  @Query(() => AuditEntryConnection, { description: 'What was changed in the organization, newest first. The whole log, to be verified, is at /v1/audit.jsonl.' })
  async auditEntries(@CurrentCaller() { organizationId }: Caller, @Args() args: AuditEntriesArgs): Promise<Page<AuditEntry>> {
    const limit = pageSize(args);
    const { object, objectId, actor } = args;
    const rows = await this.entries.page(organizationId, { limit, before: placeOf(args.after), object: object ?? undefined, objectId: objectId ?? undefined, actorId: actor ?? undefined });
    const names = await this.names.namesOf(organizationId, rows.map((row) => row.actor_id));
    return toPage(rows, limit, ({ seq }) => seq, (row) => toEntry(row, names));
  }
}

function placeOf(cursor: string | undefined): bigint | undefined {
  if (!cursor) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^[1-9]\d{0,17}$/.test(text)) throw graphqlErrors.PAGE_INVALID({ problem: 'after must be the endCursor of a page' });
  return BigInt(text);
}

function toEntry(row: SealedRow, names: ReadonlyMap<string, string>): AuditEntry {
  const { seq, at, action, object, object_id: objectId, reason, request_id: requestId, hash } = row;
  const changes = Object.entries(row.changes).map(([field, [before, after]]) => ({ field, before: toText(before), after: toText(after) }));
  return { seq, at, action, object, objectId, changes, reason, requestId, hash, actor: { id: row.actor_id, kind: row.actor_kind, name: names.get(row.actor_id) ?? null } };
}

function toText(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
