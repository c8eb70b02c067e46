import { Readable } from 'node:stream';
import { Controller, Get, Header, Inject, StreamableFile } from '@nestjs/common';
import type { Caller, SignedInPerson } from '@steelyard/kernel';
import { Access, CurrentCaller, CurrentPerson, PersonOnly } from '@steelyard/platform-graphql';
import { ExportAccount } from './export-account.js';
import { ExportOrganization } from './export-organization.js';

/** What is kept of an organization, or of a person, as a file. */
@Controller('v1')
export class ExportController {
  constructor(
    @Inject(ExportOrganization) private readonly organizations: ExportOrganization,
    @Inject(ExportAccount) private readonly accounts: ExportAccount,
  ) {}

  @Get('export.jsonl')
  @Access('organization:erase')
  @Header('cache-control', 'no-store')
  organization(@CurrentCaller() caller: Caller): StreamableFile {
    const disposition = `attachment; filename="${caller.organizationHandle}-export.jsonl"`;
    return new StreamableFile(Readable.from(inBytes(this.organizations.lines(caller)), { objectMode: false }), { type: 'application/jsonl; charset=utf-8', disposition });
  }

  @Get('account.json')
  @PersonOnly()
  @Header('cache-control', 'no-store')
  async account(@CurrentPerson() person: SignedInPerson): Promise<StreamableFile> {
    const text = `${JSON.stringify(await this.accounts.run(person.id), null, 2)}\n`;
    return new StreamableFile(Buffer.from(text), { type: 'application/json; charset=utf-8', disposition: 'attachment; filename="steelyard-account.json"' });
  }
}

async function* inBytes(parts: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  for await (const part of parts) yield Buffer.from(part);
}
