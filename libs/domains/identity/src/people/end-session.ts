import { Inject, Injectable } from '@nestjs/common';
import { isId, type SignedInPerson } from '@steelyard/kernel';
import { DATABASE, type Database, type Session } from '@steelyard/platform-database';
import { requirePerson } from '../authorize.js';
import { identityErrors } from '../errors.js';
import { SessionDirectory } from './session-directory.js';

/** Ends sessions, on every server within moments: the database tells them. */
@Injectable()
export class EndSession {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(SessionDirectory) private readonly sessions: SessionDirectory,
  ) {}

  /**
   * Ends one of the person's own. Ending twice changes nothing.
   * @throws AppError `IDENTITY.SESSION_NOT_FOUND`, for another person's too; and what `requirePerson` throws.
   */
  async end(by: SignedInPerson | undefined, id: string): Promise<Session> {
    const { id: personId } = requirePerson(by);
    if (!isId(id)) throw identityErrors.SESSION_NOT_FOUND({ id });
    const session = await this.database.withPlatform(async (tx) => {
      await tx.session.updateMany({ where: { id, personId, revokedAt: null }, data: ENDED() });
      return tx.session.findFirst({ where: { id, personId } });
    });
    if (!session) throw identityErrors.SESSION_NOT_FOUND({ id });
    this.#forget([session]);
    return session;
  }

  /** Ends all of the person's, this one too. */
  async endAll(by: SignedInPerson | undefined): Promise<void> {
    const { id: personId } = requirePerson(by);
    const ended = await this.database.withPlatform((tx) => tx.session.updateManyAndReturn({ where: { personId, revokedAt: null }, data: ENDED(), select: { tokenHash: true } }));
    this.#forget(ended);
  }

  #forget(sessions: readonly Pick<Session, 'tokenHash'>[]): void {
    for (const { tokenHash } of sessions) this.sessions.forget(Buffer.from(tokenHash).toString('hex'));
  }
}

/** What a session's end writes; the issuer's token has no further use. */
const ENDED = () => ({ revokedAt: new Date(), refreshToken: null });
