import { Inject, Injectable } from '@nestjs/common';
import { newId, systemClock, type Clock } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database, type Person, type Session } from '@steelyard/platform-database';
import { Peppers } from '../keys/peppers.js';
import { recordPerson, type ProvenPerson } from './record-person.js';
import { sealRefreshToken } from './refresh-token.js';
import { mintSessionToken, sha256 } from './session-token.js';

export type SessionKind = 'browser' | 'terminal';
export type IssuerClientName = 'portal' | 'cli';

export interface NewSession {
  readonly person: ProvenPerson;
  readonly kind: SessionKind;
  /** The `User-Agent` header, for people who look for a session that is not theirs. */
  readonly userAgent: string | undefined;
  readonly issuerClient: IssuerClientName;
  readonly issuerUrl: URL;
  readonly refreshToken: string | undefined;
}

export interface OpenedSession {
  readonly session: Session;
  readonly person: Person;
  /** Shown to its bearer once; stored nowhere. */
  readonly token: string;
}

const USER_AGENT_LENGTH_MAX = 200;
const DAY_MS = 86_400_000;

/** Lets somebody in whom the issuer vouches for. */
@Injectable()
export class OpenSession {
  clock: Clock = systemClock;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(CONFIG) private readonly config: Pick<Config, 'sessionDays'>,
  ) {}

  async open({ person: proven, kind, userAgent, issuerClient, issuerUrl, refreshToken }: NewSession): Promise<OpenedSession> {
    const token = mintSessionToken();
    const id = newId();
    const now = new Date(this.clock.nowMs());
    const data = {
      id,
      tokenHash: Uint8Array.from(sha256(token)),
      kind,
      userAgent: printable(userAgent ?? '').slice(0, USER_AGENT_LENGTH_MAX),
      issuerClient,
      refreshToken: refreshToken === undefined ? null : sealRefreshToken(this.peppers, refreshToken, { sessionId: id, issuerUrl }),
      createdAt: now,
      lastSeenAt: now,
      renewedAt: now,
      expiresAt: new Date(now.getTime() + this.config.sessionDays * DAY_MS),
    };
    return this.database.withPlatform(async (tx) => {
      const person = await recordPerson(tx, proven, now);
      return { person, session: await tx.session.create({ data: { ...data, personId: person.id } }), token };
    });
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '');
}
