import { Inject, Injectable } from '@nestjs/common';
import { KeepCalls, ReadKeptCall } from '@steelyard/domain-privacy';
import { AppError, type Caller } from '@steelyard/kernel';
import { DATABASE, Prisma, type Database } from '@steelyard/platform-database';
import { HELD_TABLES, type ExportedRows } from '../held-tables.js';

/** Of the first line of a file. */
export const EXPORT_FORMAT = 'steelyard-export/1';

const ROWS_AT_A_TIME = 1_000;

/** How a column is written where JSON has nothing of its own for it: large numbers as text, bytes in base64. */
const WRITTEN: Readonly<Record<string, (column: string) => string>> = {
  bigint: (column) => `${column}::TEXT`,
  'bigint[]': (column) => `${column}::TEXT[]`,
  bytea: (column) => `encode(${column}, 'base64')`,
};

interface Column {
  readonly name: string;
  readonly type: string;
  /** Whether it is part of the primary key. */
  readonly isKey: boolean;
}

/**
 * Everything that an organization has here, as JSON Lines: a line of what it is, one for each row, and one at the end that says how many, so that a file
 * that broke off is told from a whole one. Read as the tenant, a page at a time.
 */
@Injectable()
export class ExportOrganization {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(KeepCalls) private readonly keeping: KeepCalls,
    @Inject(ReadKeptCall) private readonly kept: ReadKeptCall,
  ) {}

  async *lines(caller: Caller): AsyncGenerator<string, void> {
    const { organizationId, organizationHandle } = caller;
    await this.keeping.written();
    yield line({ format: EXPORT_FORMAT, organization: { id: organizationId, handle: organizationHandle }, exportedAt: new Date().toISOString() });
    let count = 0;
    for (const { table, exported } of HELD_TABLES) {
      for (const shape of typeof exported === 'string' ? [] : exported) {
        for await (const rows of this.#pages(organizationId, table, shape)) {
          count += rows.length;
          yield rows.map((row) => `{"table":"${shape.as}","row":${row}}\n`).join('');
          if (table === 'kept_call') for (const row of rows) yield await this.#contents(caller, row);
        }
      }
    }
    yield line({ end: true, rows: count });
  }

  /** Input and output of a kept call, or that they cannot be read any more; nothing where its time was over meanwhile. */
  async #contents(caller: Caller, row: string): Promise<string> {
    const { prediction_id: predictionId } = JSON.parse(row) as { prediction_id: string };
    const found = await this.kept.find(caller, predictionId).catch(unlessSealed);
    if (found === 'sealed') return line({ keptCall: predictionId, unreadable: true });
    return found ? line({ keptCall: predictionId, input: found.input, output: found.output }) : '';
  }

  /** Rows as JSON, in the order of the primary key. */
  async *#pages(tenantId: string, table: string, shape: ExportedRows): AsyncGenerator<string[], void> {
    const columns = await this.#columnsOf(table);
    for (let after: string | undefined; ; ) {
      const rows: PageRow[] = await this.database.withTenant(tenantId, (tx) => tx.$queryRaw<PageRow[]>(pageOf({ table, columns, ...shape }, { tenantId, after })));
      if (rows.length > 0) yield rows.map(({ row }) => row);
      if (rows.length < ROWS_AT_A_TIME) return;
      after = rows.at(-1)!.key;
    }
  }

  async #columnsOf(table: string): Promise<Column[]> {
    const { rows } = await this.database.pool.query<Column>(
      `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, coalesce(a.attnum = ANY (k.conkey), false) AS "isKey"
       FROM pg_attribute AS a LEFT JOIN pg_constraint AS k ON k.conrelid = a.attrelid AND k.contype = 'p'
       WHERE a.attrelid = $1::REGCLASS AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
      [table],
    );
    return rows;
  }
}

interface PageRow {
  readonly row: string;
  /** The values of its primary key, as texts in a JSON array. */
  readonly key: string;
}

type Source = ExportedRows & { readonly table: string; readonly columns: readonly Column[] };

function pageOf({ table, columns, whose, without = [] }: Source, { tenantId, after }: { tenantId: string; after: string | undefined }): Prisma.Sql {
  const shown = columns.filter(({ name }) => !without.includes(name)).map(({ name, type }) => `${WRITTEN[type]?.(`t.${name}`) ?? `t.${name}`} AS ${name}`);
  const keys = columns.filter(({ isKey }) => isKey);
  const key = keys.map(({ name }) => `t.${name}`);
  const from = keys.map(({ type }, place) => Prisma.sql`(${after}::JSONB ->> ${Prisma.raw(String(place))})::${Prisma.raw(type)}`);
  const behind = after === undefined ? Prisma.empty : Prisma.sql`AND (${Prisma.raw(key.join(', '))}) > (${Prisma.join(from)})`;
  return Prisma.sql`
    SELECT row_to_json(s)::TEXT AS row, jsonb_build_array(${Prisma.raw(key.map((column) => `${column}::TEXT`).join(', '))})::TEXT AS key
    FROM ${Prisma.raw(table)} AS t, LATERAL (SELECT ${Prisma.raw(shown.join(', '))}) AS s
    WHERE t.${Prisma.raw(whose)} = ${tenantId}::UUID ${behind} ORDER BY ${Prisma.raw(key.join(', '))} LIMIT ${ROWS_AT_A_TIME}`;
}

/** Of what was sealed with a pepper that is gone, the organization gets the row all the same. */
function unlessSealed(error: unknown): 'sealed' {
  if (error instanceof AppError && error.code === 'PRIVACY.NOT_OPENED') return 'sealed';
  throw error;
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
