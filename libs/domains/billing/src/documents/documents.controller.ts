import { Readable } from 'node:stream';
import { Controller, Get, Header, Inject, Param, StreamableFile } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { ExportDocument } from './export-document.js';

/** Invoices, credit notes and statements as files, one JSON value a line. */
@Controller('v1')
export class DocumentsController {
  constructor(@Inject(ExportDocument) private readonly exporting: ExportDocument) {}

  @Get('documents/:id')
  @Access('billing:read')
  @Header('cache-control', 'no-store')
  async download(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<StreamableFile> {
    const { name, parts } = await this.exporting.run(caller.organizationId, id);
    return new StreamableFile(Readable.from(inBytes(parts), { objectMode: false }), { type: 'application/jsonl; charset=utf-8', disposition: `attachment; filename="${name}"` });
  }
}

async function* inBytes(parts: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  for await (const part of parts) yield Buffer.from(part);
}
