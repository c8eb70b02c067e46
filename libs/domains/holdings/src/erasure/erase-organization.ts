import { Inject, Injectable } from '@nestjs/common';
import { CATALOG_CHANGED } from '@steelyard/domain-catalog';
import { KEY_CHANGED } from '@steelyard/domain-identity';
import { postTransfer } from '@steelyard/domain-ledger';
import { newId, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import { BLOB_STORE, type BlobStore } from '@steelyard/platform-blob-store';
import { DATABASE, Prisma, type Database, type Tx } from '@steelyard/platform-database';
import { HELD_TABLES, type HeldTable } from '../held-tables.js';
import { findBalances, findObstacles, sayBalance, type Balance } from './obstacles.js';

/** Injects what removes the folder in which a version's files lie for its runners, by its digest. */
export const VERSION_FOLDERS = Symbol('steelyard:version-folders');

export interface VersionFolders {
  remove(digest: string): Promise<void>;
}

/** Tables of which there may be more rows than one transaction should remove. Nobody reads them any more. */
const MANY = ['webhook_attempt', 'webhook_delivery', 'webhook_event', 'kept_call', 'publication_event'];
const AT_A_TIME = 10_000;

/**
 * Erases an organization by SQL on the tables of all domains, as `HELD_TABLES` says: the one place that may. In three steps, each of which may be done again after
 * a crash: nobody gets in any more; when what was under way has ended, its rows go; then its files. The first two give whether it was done.
 */
@Injectable()
export class EraseOrganization {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(VERSION_FOLDERS) private readonly folders: VersionFolders,
  ) {}

  /** Keys, memberships and webhooks go, and models are nobody's any more; unless money is in the way, which is then noted. */
  async close(tenantId: string): Promise<boolean> {
    return this.#unlessHindered(tenantId, 'waiting', async (tx) => {
      await tx.$executeRaw`SELECT pg_notify(${KEY_CHANGED}, id) FROM api_key WHERE tenant_id = ${tenantId}::uuid`;
      for (const table of ['webhook_endpoint', 'webhook_event', 'invitation', 'member', 'api_key', 'model_share', 'model_listing']) await removeRows(tx, heldTable(table), tenantId);
      await tx.$executeRaw`DELETE FROM model_share WHERE with_tenant_id = ${tenantId}::uuid`;
      await tx.$executeRaw`UPDATE model SET visibility = 'private' WHERE tenant_id = ${tenantId}::uuid`;
      await tx.$executeRaw`SELECT pg_notify(${CATALOG_CHANGED}, ${tenantId})`;
      await tx.erasure.update({ where: { tenantId }, data: { state: 'closing', closedAt: new Date() } });
    });
  }

  /** Everything else, in one transaction; what is left in the accounts goes to the operator. */
  async erase(tenantId: string): Promise<boolean> {
    for (const table of MANY) await this.#removeInParts(table, tenantId);
    return this.#unlessHindered(tenantId, 'closing', async (tx, balances) => {
      for (const balance of balances) await forfeit(tx, tenantId, balance);
      const { files, digests } = await findOrphans(tx, tenantId);
      for (const held of HELD_TABLES) {
        if (held.table === 'audit_entry') await noteLog(tx, tenantId);
        if (held.erased === 'remove') await removeRows(tx, held, tenantId);
        else if (held.erased.blanked) await blankRows(tx, held.erased.blanked, held, tenantId);
      }
      await tx.$executeRaw`SELECT pg_notify(${CATALOG_CHANGED}, ${tenantId})`;
      await tx.erasure.update({ where: { tenantId }, data: { state: 'done', erasedAt: new Date(), obstacles: [], files, digests } });
    });
  }

  /** What its models have earned since: others' calls may end, or be found in the log of a server that died, after it was erased. Nobody is left to be paid. */
  async forfeitLate(tenantId: string): Promise<void> {
    await this.database.withPlatform(async (tx) => {
      const balances = await findBalances(tx, tenantId);
      for (const balance of balances) if (balance.kind === 'provider_payable' && balance.amountNano > 0n) await forfeit(tx, tenantId, balance);
    });
  }

  /** The files that nobody else has. Somebody may have sent one of them meanwhile: of each it is asked again, while nobody can be sending it. */
  async removeFiles(tenantId: string): Promise<void> {
    const { files, digests } = await this.database.withPlatform((tx) => tx.erasure.findUniqueOrThrow({ where: { tenantId }, select: { files: true, digests: true } }));
    const isUsed = async (stored: Partial<Stored>): Promise<boolean> => (await this.database.withPlatform((tx) => findUsed(tx, { files: [], digests: [], ...stored }))).size > 0;
    for (const digest of digests) if (!(await isUsed({ digests: [digest] }))) await this.folders.remove(digest);
    for (const sha256 of files) {
      await this.blobs.alone(sha256, async () => {
        if (!(await isUsed({ files: [sha256] }))) await this.blobs.remove(sha256);
      });
    }
    await this.database.withPlatform((tx) => tx.erasure.update({ where: { tenantId }, data: { files: [], digests: [] } }));
  }

  async #removeInParts(table: string, tenantId: string): Promise<void> {
    const text = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE tenant_id = $1 LIMIT ${AT_A_TIME}))`;
    while (((await this.database.pool.query(text, [tenantId])).rowCount ?? 0) === AT_A_TIME);
  }

  async #unlessHindered(tenantId: string, state: 'waiting' | 'closing', work: (tx: Tx, balances: readonly Balance[]) => Promise<void>): Promise<boolean> {
    return this.database.withPlatform(async (tx) => {
      const [row] = await tx.$queryRaw<{ forfeit: boolean }[]>`SELECT forfeit FROM erasure WHERE tenant_id = ${tenantId}::uuid AND state = ${state} FOR UPDATE`;
      if (!row) return false;
      const balances = await findBalances(tx, tenantId);
      const obstacles = [...(await findObstacles(tx, tenantId)), ...balances.filter(({ amountNano }) => !row.forfeit || amountNano < 0n).map(sayBalance)];
      if (obstacles.length > 0) await tx.erasure.update({ where: { tenantId }, data: { obstacles } });
      else await work(tx, balances);
      return obstacles.length === 0;
    });
  }
}

function heldTable(name: string): HeldTable {
  return HELD_TABLES.find(({ table }) => table === name)!;
}

async function removeRows(tx: Tx, { table, whose }: HeldTable, tenantId: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM ${Prisma.raw(table)} WHERE ${Prisma.raw(whose)} = ${tenantId}::uuid`;
}

async function blankRows(tx: Tx, columns: Readonly<Record<string, string>>, { table, whose }: HeldTable, tenantId: string): Promise<void> {
  const set = Object.entries(columns).map(([column, value]) => `${column} = ${value}`);
  if (set.length > 0) await tx.$executeRaw`UPDATE ${Prisma.raw(table)} SET ${Prisma.raw(set.join(', '))} WHERE ${Prisma.raw(whose)} = ${tenantId}::uuid`;
}

async function forfeit(tx: Tx, tenantId: string, { kind, currency, amountNano }: Balance): Promise<void> {
  const credit = { tenantId: PLATFORM_ORGANIZATION_ID, kind: 'operator_credit' } as const;
  await postTransfer(tx, { id: newId(), kind: 'forfeit', debit: { tenantId, kind }, credit, amountNano, currency, reason: 'the organization was erased' });
}

/** How long the log was, and what it ended with: it is sealed before. */
async function noteLog(tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE erasure AS e SET audit_entries = l.seq, audit_hash = l.hash
    FROM (SELECT seq, hash FROM audit_entry WHERE tenant_id = ${tenantId}::uuid AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1) AS l
    WHERE e.tenant_id = ${tenantId}::uuid`;
}

interface Stored {
  /** sha256 of files. */
  readonly files: string[];
  /** Of versions. */
  readonly digests: string[];
}

/** What is stored of an organization alone. */
async function findOrphans(tx: Tx, tenantId: string): Promise<Stored> {
  const [mine] = await tx.$queryRaw<[Stored]>`SELECT
    ARRAY(SELECT sha256 FROM blob_possession WHERE tenant_id = ${tenantId}::uuid
      UNION SELECT f ->> 'sha256' FROM model_version AS v, jsonb_array_elements(v.files) AS f WHERE v.tenant_id = ${tenantId}::uuid) AS files,
    ARRAY(SELECT DISTINCT digest FROM model_version WHERE tenant_id = ${tenantId}::uuid) AS digests`;
  const used = await findUsed(tx, mine, tenantId);
  return { files: mine.files.filter((sha256) => !used.has(sha256)), digests: mine.digests.filter((digest) => !used.has(digest)) };
}

/** Which of them somebody has, but for one organization. */
async function findUsed(tx: Tx, { files, digests }: Stored, except = PLATFORM_ORGANIZATION_ID): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT sha256 AS name FROM blob_possession WHERE tenant_id <> ${except}::uuid AND sha256 = ANY (${files}::TEXT[])
    UNION SELECT f ->> 'sha256' FROM model_version AS v, jsonb_array_elements(v.files) AS f WHERE v.tenant_id <> ${except}::uuid AND f ->> 'sha256' = ANY (${files}::TEXT[])
    UNION SELECT digest FROM model_version WHERE tenant_id <> ${except}::uuid AND state <> 'rejected' AND digest = ANY (${digests}::TEXT[])`;
  return new Set(rows.map(({ name }) => name));
}
