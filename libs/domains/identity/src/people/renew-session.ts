import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { systemClock, type Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type Person, type Session } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { Peppers } from '../keys/peppers.js';
import { FrontDoor } from '../sign-in/front-door.js';
import { IssuerClient } from '../sign-in/issuer/issuer-client.js';
import type { IssuerClientName } from './open-session.js';
import { openRefreshToken, sealRefreshToken } from './refresh-token.js';
import { SessionDirectory, type KnownSession } from './session-directory.js';

/** How old an issuer's word may be before it is asked again. */
export const RENEW_AFTER_MS = 3_600_000;
/** When it is asked again after it did not answer. */
const RETRY_AFTER_MS = 300_000;

type Due = Session & { readonly person: Person };

/**
 * Asks the issuer now and then, behind the back of a request, whether a session's person may still come in. Each refresh token is good for one use: which
 * of the servers has it is settled by one statement that takes the session's turn, since a token used twice would count as stolen and end the session.
 */
@Injectable()
export class RenewSession implements OnModuleDestroy {
  clock: Clock = systemClock;
  readonly #underway = new Map<string, Promise<void>>();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(SessionDirectory) private readonly sessions: SessionDirectory,
    @Inject(IssuerClient) private readonly issuer: IssuerClient,
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await this.settled();
  }

  /** Begins a renewal where one is due; costs nothing where none is. */
  noticed({ person: { sessionId }, renewable, renewedAtMs }: KnownSession): void {
    if (!renewable || this.clock.nowMs() - renewedAtMs < RENEW_AFTER_MS || this.#underway.has(sessionId)) return;
    const renewal = this.#renew(sessionId)
      .catch((err: unknown) => this.log.warn({ err, sessionId }, 'the issuer could not be asked about a session'))
      .finally(() => this.#underway.delete(sessionId));
    this.#underway.set(sessionId, renewal);
  }

  /** Resolves when no renewal is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underway.values());
  }

  async #renew(id: string): Promise<void> {
    const issuer = await this.door.issuer();
    const session = await this.#takeTurn(id);
    if (!session) return;
    if (session.person.issuer !== issuer.name) return this.#end(session, 'its issuer is this server’s no more');
    const place = { sessionId: id, issuerUrl: issuer.url };
    const token = openRefreshToken(this.peppers, session.refreshToken!, place);
    // Given by a development issuer that is gone, or sealed with a pepper that is: it says nothing against the session.
    if (token === undefined) return this.#note(session, { refreshToken: null });
    const answer = await this.issuer.renew(session.issuerClient as IssuerClientName, token).catch(async (error: unknown) => {
      await this.#note(session, { renewedAt: new Date(this.clock.nowMs() - RENEW_AFTER_MS + RETRY_AFTER_MS) });
      throw error;
    });
    if (answer === 'refused') return this.#end(session, 'the issuer refused it');
    if (answer.subject !== undefined && answer.subject !== session.person.subject) return this.#end(session, 'the issuer named somebody else');
    await this.#note(session, { refreshToken: sealRefreshToken(this.peppers, answer.refreshToken, place) });
  }

  /** The session, to one of those who ask at the same time. Its turn counts as taken until the next is due, whatever becomes of this server. */
  async #takeTurn(id: string): Promise<Due | undefined> {
    const nowMs = this.clock.nowMs();
    const where = { id, revokedAt: null, refreshToken: { not: null }, renewedAt: { lte: new Date(nowMs - RENEW_AFTER_MS) } };
    const [count, found] = await this.database.withPlatform(async (tx) => {
      const taken = await tx.session.updateMany({ where, data: { renewedAt: new Date(nowMs) } });
      return [taken.count, await tx.session.findUnique({ where: { id }, include: { person: true } })] as const;
    });
    // Who comes too late remembers an earlier renewal than the last.
    if (found) this.#forget(found);
    return count === 1 && found ? found : undefined;
  }

  async #end(session: Due, reason: string): Promise<void> {
    this.log.info({ sessionId: session.id, personId: session.personId, reason }, 'a session was ended');
    await this.#note(session, { revokedAt: new Date(this.clock.nowMs()), refreshToken: null });
  }

  async #note(session: Due, data: Partial<Pick<Session, 'refreshToken' | 'renewedAt' | 'revokedAt'>>): Promise<void> {
    await this.database.withPlatform((tx) => tx.session.updateMany({ where: { id: session.id, revokedAt: null }, data }));
    this.#forget(session);
  }

  #forget({ tokenHash }: Pick<Session, 'tokenHash'>): void {
    this.sessions.forget(Buffer.from(tokenHash).toString('hex'));
  }
}
