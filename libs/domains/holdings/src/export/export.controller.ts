import { Readable } from 'node:stream';
import { Controller, Get, Header, Inject, StreamableFile } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { ExportOrganization } from './export-organization.js';

/** What is kept of an organization, as a file. */
@Controller('v1')
export class ExportController {
  constructor(@Inject(ExportOrganization) private readonly exporting: ExportOrganization) {}

  @Get('export.jsonl')
  @Access('organization:erase')
  @Header('cache-control', 'no-store')
  download(@CurrentCaller() caller: Caller): StreamableFile {
    const disposition = `attachment; filename="${caller.organizationHandle}-export.jsonl"`;
    return new StreamableFile(Readable.from(inBytes(this.exporting.lines(caller)), { objectMode: false }), { type: 'application/jsonl; charset=utf-8', disposition });
  }
}

async function* inBytes(parts: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  for await (const part of parts) yield Buffer.from(part);
}
