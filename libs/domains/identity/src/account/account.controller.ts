import { Controller, Get, Header, Inject, StreamableFile } from '@nestjs/common';
import type { SignedInPerson } from '@steelyard/kernel';
import { CurrentPerson, PersonOnly } from '@steelyard/platform-graphql';
import { ExportAccount } from './export-account.js';

/** What is kept of a person, as a file. */
@Controller('v1')
export class AccountController {
  constructor(@Inject(ExportAccount) private readonly accounts: ExportAccount) {}

  @Get('account.json')
  @PersonOnly()
  @Header('cache-control', 'no-store')
  async download(@CurrentPerson() person: SignedInPerson): Promise<StreamableFile> {
    const text = `${JSON.stringify(await this.accounts.run(person.id), null, 2)}\n`;
    return new StreamableFile(Buffer.from(text), { type: 'application/json; charset=utf-8', disposition: 'attachment; filename="steelyard-account.json"' });
  }
}
