import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { personActorId, systemClock, type Caller, type Clock, type SignedInPerson } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LRUCache } from 'lru-cache';
import { identityErrors } from '../errors.js';
import { KeyWatches } from '../keys/key-watches.js';
import { MEMBER_CHANGED, MembershipDirectory, type Membership } from './membership-directory.js';
import { RenewSession } from './renew-session.js';
import { SESSION_ENDED, SessionDirectory, type KnownSession } from './session-directory.js';
import { aliveUntilMs, idleLimitMs, isAlive } from './session-lifetime.js';
import { hashOfSession } from './session-token.js';
import { SessionUse } from './session-use.js';

const SEEN_MAX = 10_000;

export interface SessionLook {
  /** Whether the person asks for something now: a session that nobody uses expires. */
  readonly isUse: boolean;
  /** Called before a token is looked up that has been no session's yet, as far as this server knows. */
  readonly checkMayTry: () => void;
}

/** A session that is good, and until when, in Unix milliseconds, as far as is known now. */
export interface ShownSession {
  readonly person: SignedInPerson;
  readonly goodUntilMs: number;
}

/** Tells who is behind a session and for whom they act. Somebody seen within the last 30 s costs no query. */
@Injectable()
export class IdentifyPerson implements OnModuleInit, OnModuleDestroy {
  /** Not injected; specs hold it still. */
  clock: Clock = systemClock;
  #stopListening: (() => Promise<void>)[] = [];
  readonly #idleMs: number;
  readonly #watches = new KeyWatches();
  /** Hashes of tokens that have been some session's, whether or not it has ended. */
  readonly #seen = new LRUCache<string, true>({ max: SEEN_MAX });

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(SessionDirectory) private readonly sessions: SessionDirectory,
    @Inject(MembershipDirectory) private readonly memberships: MembershipDirectory,
    @Inject(SessionUse) private readonly use: SessionUse,
    @Inject(RenewSession) private readonly renewal: RenewSession,
    @Inject(CONFIG) config: Pick<Config, 'sessionIdleDays'>,
  ) {
    this.#idleMs = idleLimitMs(config);
  }

  /** Begins to hear what changes elsewhere. Until then, and while that connection is lost, an ended session lives on for at most 30 s. */
  async onModuleInit(): Promise<void> {
    const { database, sessions, memberships } = this;
    const memberChanged = (personId: string) => {
      memberships.forget(personId);
      this.#watches.changed(personActorId(personId));
    };
    const onGap = () => {
      sessions.forgetAll();
      memberships.forgetAll();
      this.#watches.allChanged();
    };
    this.#stopListening = await Promise.all([
      database.listen(SESSION_ENDED, (hash) => void this.#sessionEnded(hash), { onGap }),
      database.listen(MEMBER_CHANGED, memberChanged, { onGap }),
    ]);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#stopListening.map((stop) => stop()));
    await this.use.write();
  }

  /** Calls `changed` when a session or a membership of a person changed, until the function that it gives is called. */
  watch(actorId: string, changed: () => void): () => void {
    return this.#watches.add(actorId, changed);
  }

  /** A session is told by its hash. Where nobody can say whose it was, as once it is erased, everybody who is watched is looked at again. */
  async #sessionEnded(hash: string): Promise<void> {
    this.sessions.forget(hash);
    const session = await this.sessions.find(hash).catch(() => undefined);
    if (session) this.#watches.changed(personActorId(session.person.id));
    else this.#watches.allChanged();
  }

  /**
   * Whose session it is.
   * @throws AppError `IDENTITY.SESSION_ENDED`, `LOOKUP_FAILED`, what `checkMayTry` throws
   */
  async whose(token: string, { isUse, checkMayTry }: SessionLook): Promise<ShownSession> {
    const hash = hashOfSession(token)?.toString('hex');
    const session = hash === undefined ? undefined : await this.#session(hash, checkMayTry);
    const nowMs = this.clock.nowMs();
    if (!session || !isAlive(session, nowMs, this.#idleMs)) throw identityErrors.SESSION_ENDED({});
    const { person } = session;
    if (isUse) this.use.note(person.sessionId, nowMs);
    this.renewal.noticed(session);
    return { person, goodUntilMs: aliveUntilMs(session, this.#idleMs) };
  }

  /** Whether a token has been a session's, good or ended: not one that somebody has made up. */
  hasSeen(token: string): boolean {
    const hash = hashOfSession(token)?.toString('hex');
    return hash !== undefined && this.#seen.has(hash);
  }

  async #session(hash: string, checkMayTry: () => void): Promise<KnownSession | undefined> {
    const remembered = this.sessions.remembered(hash);
    if (remembered) return remembered;
    if (!this.#seen.has(hash)) checkMayTry();
    const found = await this.sessions.find(hash);
    if (found) this.#seen.set(hash, true);
    return found;
  }

  /**
   * As whom a person acts. One answer for an organization that is not there and one that the person is not in. What is remembered may lack one that
   * they opened or joined a moment ago, so the database is asked before that answer is given.
   * @param handle of the organization to act for; a person's only or oldest one when absent
   * @param checkMayTry called before the database is asked for one that is not among those that are remembered; what it throws is thrown
   * @throws AppError `IDENTITY.NOT_A_MEMBER`, `LOOKUP_FAILED`
   */
  async callerFor(personId: string, handle: string | undefined, checkMayTry: () => void): Promise<Caller | undefined> {
    const memberships = await this.memberships.of(personId);
    if (handle === undefined) return memberships[0]?.caller;
    const isNamed = ({ caller }: Membership) => caller.organizationHandle === handle;
    let named = memberships.find(isNamed);
    if (!named) {
      checkMayTry();
      named = (await this.memberships.again(personId)).find(isNamed);
    }
    if (!named) throw identityErrors.NOT_A_MEMBER({ handle });
    return named.caller;
  }
}
