import { Readable } from 'node:stream';
import { Controller, Get, Header, Inject, StreamableFile } from '@nestjs/common';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { ReadEntries } from './read-entries.js';

/** The audit log as a file that anybody can verify. */
@Controller('v1')
export class AuditController {
  constructor(@Inject(ReadEntries) private readonly entries: ReadEntries) {}

  @Get('audit.jsonl')
  @Access('audit:read')
  @Header('cache-control', 'no-store')
  download(@CurrentCaller() { organizationId, organizationHandle }: Caller): StreamableFile {
    const disposition = `attachment; filename="audit-${organizationHandle}.jsonl"`;
    return new StreamableFile(Readable.from(inBytes(this.entries.lines(organizationId)), { objectMode: false }), { type: 'application/jsonl; charset=utf-8', disposition });
  }
}

async function* inBytes(parts: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  for await (const part of parts) yield Buffer.from(part);
}
