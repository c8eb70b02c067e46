import { Readable } from 'node:stream';
import { Controller, Get, Header, Inject, Query, StreamableFile } from '@nestjs/common';
import type { Side } from '@steelyard/domain-metering';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { insightErrors } from '../errors.js';
import { ExportUsage, type ExportFormat } from './export-usage.js';
import { TABLE_FORMATS } from './usage-table.js';

interface ExportQuery {
  readonly side?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly model?: unknown;
  readonly key?: unknown;
  readonly tag?: unknown;
  readonly status?: unknown;
}

/** Calls as a file: `?side=consumer|provider&from=…&to=…&model=owner/name&key=id&tag=…&status=succeeded|failed`, all optional; an empty tag is that of calls without one. */
@Controller('v1')
export class UsageExportController {
  constructor(@Inject(ExportUsage) private readonly exporting: ExportUsage) {}

  @Get('usage.csv')
  @Access('usage:read')
  @Header('cache-control', 'no-store')
  csv(@CurrentCaller() caller: Caller, @Query() query: ExportQuery): Promise<StreamableFile> {
    return this.#export(caller, 'csv', query);
  }

  @Get('usage.jsonl')
  @Access('usage:read')
  @Header('cache-control', 'no-store')
  jsonl(@CurrentCaller() caller: Caller, @Query() query: ExportQuery): Promise<StreamableFile> {
    return this.#export(caller, 'jsonl', query);
  }

  async #export(caller: Caller, format: ExportFormat, query: ExportQuery): Promise<StreamableFile> {
    const side = sideOf(query.side);
    const period = { from: timeOf('from', query.from), to: timeOf('to', query.to) };
    const filter = { model: textOf('model', query.model), keyId: textOf('key', query.key), tag: query.tag === '' ? '' : textOf('tag', query.tag), status: statusOf(query.status) };
    const parts = this.exporting.run(caller.organizationId, format, { side, period, ...filter });
    // The first part before the head of the answer: what is wrong with the question is then still an error and not a broken file.
    const first = await parts.next();
    const disposition = `attachment; filename="${fileName(caller, side, period)}.${format}"`;
    return new StreamableFile(Readable.from(joined(first, parts), { objectMode: false }), { type: TABLE_FORMATS[format].contentType, disposition });
  }
}

async function* joined(first: IteratorResult<string, void>, rest: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  if (first.done) return;
  yield Buffer.from(first.value);
  for await (const part of rest) yield Buffer.from(part);
}

function fileName(caller: Caller, side: Side, { from, to }: { from: Date | undefined; to: Date | undefined }): string {
  const days = [from, to ?? new Date()].flatMap((time) => time?.toISOString().slice(0, 10) ?? []);
  return [caller.organizationHandle, side === 'consumer' ? 'usage' : 'earnings', ...days].join('-');
}

function textOf(parameter: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw insightErrors.EXPORT_INVALID({ parameter, problem: 'must be given once' });
  return value;
}

function sideOf(value: unknown): Side {
  const side = textOf('side', value)?.toLowerCase() ?? 'consumer';
  if (side !== 'consumer' && side !== 'provider') throw insightErrors.EXPORT_INVALID({ parameter: 'side', problem: 'must be consumer or provider' });
  return side;
}

function statusOf(value: unknown): string | undefined {
  const status = textOf('status', value)?.toLowerCase();
  if (status !== undefined && status !== 'succeeded' && status !== 'failed') throw insightErrors.EXPORT_INVALID({ parameter: 'status', problem: 'must be succeeded or failed' });
  return status;
}

function timeOf(parameter: string, value: unknown): Date | undefined {
  const text = textOf(parameter, value);
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw insightErrors.EXPORT_INVALID({ parameter, problem: 'must be a time such as 2026-11-05T09:30:00Z' });
  return time;
}
