import type { Provider } from '@nestjs/common';
import { AccountResolver } from './account.resolver.js';
import { EraseAccount } from './erase-account.js';
import { ExportAccount } from './export-account.js';

export const accountProviders: Provider[] = [EraseAccount, ExportAccount, AccountResolver];
