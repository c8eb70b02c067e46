import { Inject, Injectable } from '@nestjs/common';
import { ReadUsage, type Side, type UsageFilter } from '@steelyard/domain-metering';
import { UsageNames } from './usage-names.js';
import { TABLE_FORMATS, type RowNames } from './usage-table.js';

/** Enough for one query to be worth its while, little enough to hold: about a megabyte. */
const ROWS_AT_A_TIME = 1_000;

export type ExportFormat = keyof typeof TABLE_FORMATS;

/** All calls of a period as text, for spreadsheets and programs. */
@Injectable()
export class ExportUsage {
  constructor(
    @Inject(ReadUsage) private readonly usage: ReadUsage,
    @Inject(UsageNames) private readonly names: UsageNames,
  ) {}

  /**
   * The parts of the file, newest call first, made as they are taken: however long it is, it takes no more memory than a page.
   * @throws AppError `METERING.PERIOD_INVALID`, `METERING.KEYS_NOT_TOLD`
   */
  async *run(tenantId: string, format: ExportFormat, filter: Omit<UsageFilter, 'modelId'> & { model?: string | undefined }): AsyncGenerator<string, void> {
    const { head, rows } = TABLE_FORMATS[format];
    const { side, model, ...rest } = filter;
    const modelId = await this.names.modelIdOf(tenantId, model);
    const pages = modelId === null ? [] : this.usage.pages(tenantId, { side, ...rest, modelId }, ROWS_AT_A_TIME);
    let begun = false;
    for await (const page of pages) {
      const names = await this.#namesOf(tenantId, side, page);
      yield (begun ? '' : head(side)) + rows(side, page, names);
      begun = true;
    }
    if (!begun) yield head(side);
  }

  async #namesOf(tenantId: string, side: Side, page: Parameters<UsageNames['versionsOf']>[1]): Promise<RowNames> {
    const [versions, keys] = await Promise.all([this.names.versionsOf(tenantId, page), side === 'consumer' ? this.names.keysOf(tenantId, page) : new Map<string, string>()]);
    return { versions, keys };
  }
}
