import type { Provider } from '@nestjs/common';
import { AccountResolver } from './account.resolver.js';
import { EraseAccount } from './erase-account.js';
import { ExportAccount } from './export-account.js';
import { FormerPeople } from './former-people.js';

export const accountProviders: Provider[] = [EraseAccount, FormerPeople, ExportAccount, AccountResolver];
