import type { Provider } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { EndSession } from './end-session.js';
import { FindPeople } from './find-people.js';
import { IdentifyPerson } from './identify-person.js';
import { MembershipDirectory } from './membership-directory.js';
import { OpenSession } from './open-session.js';
import { RenewSession } from './renew-session.js';
import { SessionDirectory } from './session-directory.js';
import { SessionUse } from './session-use.js';

export const peopleProviders: Provider[] = [
  { provide: SessionDirectory, useFactory: (database: Database) => new SessionDirectory(database.pool), inject: [DATABASE] },
  { provide: MembershipDirectory, useFactory: (database: Database) => new MembershipDirectory(database.pool), inject: [DATABASE] },
  { provide: SessionUse, useFactory: (database: Database, log: Logger) => new SessionUse(database.pool, log), inject: [DATABASE, LOGGER] },
  IdentifyPerson,
  RenewSession,
  OpenSession,
  EndSession,
  FindPeople,
];
