import { hash } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AppError, personIdOf, systemClock, type Arrival, type Caller, type Clock, type Credentials, type Identified } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { bearerToken } from '@steelyard/platform-http';
import { LRUCache } from 'lru-cache';
import { identityErrors } from './errors.js';
import { idOfApiKey } from './keys/api-key-format.js';
import { KEY_CHANGED, KeyDirectory, type KnownKey } from './keys/key-directory.js';
import { KeyWatches } from './keys/key-watches.js';
import { LastUse } from './keys/last-use.js';
import { Peppers } from './keys/peppers.js';
import { RequestLimits } from './limits/request-limits.js';
import { IdentifyPerson, type ShownSession } from './people/identify-person.js';
import { sessionTokenIn } from './people/session-cookie.js';
import { isSessionToken } from './people/session-token.js';
import { FrontDoor } from './sign-in/front-door.js';

const NOBODY: Identified = Object.freeze({});
const CHECKED_KEYS_MAX = 10_000;

/** Tells who sends a request. */
@Injectable()
export class Identity implements OnModuleInit, OnModuleDestroy {
  /** Not injected; specs hold it still. */
  clock: Clock = systemClock;
  #stopListening: (() => Promise<void>) | undefined;
  /** What keys that were right lead to, by their digest: to make one costs a fifth of the check. */
  readonly #checked = new LRUCache<string, KnownKey>({ max: CHECKED_KEYS_MAX });
  readonly #watches = new KeyWatches();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
    @Inject(LastUse) private readonly lastUse: LastUse,
    @Inject(IdentifyPerson) private readonly people: IdentifyPerson,
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(RequestLimits) private readonly limits: RequestLimits,
  ) {}

  /** Begins to hear of keys that were revoked elsewhere. Until then, and while that connection is lost, a key lives on for at most 30 s. */
  async onModuleInit(): Promise<void> {
    const heard = (keyId: string) => {
      this.keys.forget(keyId);
      this.#watches.changed(keyId);
    };
    const onGap = () => {
      this.keys.forgetAll();
      this.#watches.allChanged();
    };
    this.#stopListening = await this.database.listen(KEY_CHANGED, heard, { onGap });
  }

  async onModuleDestroy(): Promise<void> {
    await this.#stopListening?.();
    await this.lastUse.write();
  }

  /**
   * Who sends a request; nobody when it shows nothing, or a cookie that is not to be believed or whose session has ended: browsers send theirs
   * with every request, and a page that needs nobody is to work all the same.
   * @param arrival where it came from and where limits are told; without it nothing is counted against any, and a session does not count as used
   * @throws AppError `HTTP.AUTHORIZATION_INVALID`, what {@link Identity.authenticateKey} throws, and `IDENTITY.SESSION_ENDED`, `NOT_A_MEMBER`,
   * `RATE_LIMITED`, `TRIES_USED_UP`.
   */
  async identify(shown: Credentials, arrival?: Arrival): Promise<Identified> {
    const token = bearerToken(shown.authorization);
    if (token !== undefined && !isSessionToken(token)) {
      const { caller, expiresAtMs } = await this.#countedKey(token, arrival);
      return { caller, ...(Number.isFinite(expiresAtMs) && { goodUntilMs: expiresAtMs }) };
    }
    const session = await (token === undefined ? this.#sessionOfBrowser(shown, arrival) : this.#failuresCounted(arrival, this.#session(token, arrival)));
    if (!session) {
      this.limits.countAnonymous(arrival);
      return NOBODY;
    }
    const { person, goodUntilMs } = session;
    // Before their organizations are looked at: one that is wrong costs a look-up.
    this.limits.countPerson(person.id, arrival);
    return { person, caller: await this.#callerFor(person.id, shown.organization, arrival), goodUntilMs };
  }

  /** Calls `changed` when a key or a person, by `actorId`, may do other things than before or nothing at all, until the function that it gives is called. */
  watchKey(actorId: string, changed: () => void): () => void {
    return personIdOf(actorId) === undefined ? this.#watches.add(actorId, changed) : this.people.watch(actorId, changed);
  }

  async #failuresCounted<T>(arrival: Arrival | undefined, attempt: Promise<T>): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') this.limits.countFailure(arrival);
      throw error;
    }
  }

  #session(token: string, arrival: Arrival | undefined): Promise<ShownSession> {
    return this.people.whose(token, { isUse: arrival !== undefined, checkMayTry: () => this.limits.checkMayTry(arrival) });
  }

  async #sessionOfBrowser(shown: Credentials, arrival: Arrival | undefined): Promise<ShownSession | undefined> {
    const token = sessionTokenIn(shown, this.door);
    if (token === undefined) return undefined;
    try {
      return await this.#session(token, arrival);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'unauthenticated')) throw error;
      // Browsers go on sending the cookie of a session that has ended; that of none was made up.
      if (!this.people.hasSeen(token)) this.limits.countFailure(arrival);
      return undefined;
    }
  }

  async #callerFor(personId: string, organization: string | undefined, arrival: Arrival | undefined): Promise<Caller | undefined> {
    try {
      return await this.people.callerFor(personId, organization, () => this.limits.checkMayName(personId, arrival));
    } catch (error) {
      if (error instanceof AppError && error.kind === 'forbidden') this.limits.countMisnamed(personId, arrival);
      throw error;
    }
  }

  /**
   * The caller behind an API key. A key seen within the last 30 s costs no query.
   * @param arrival as {@link identify} takes it
   * @throws AppError `IDENTITY.KEY_MALFORMED`, `KEY_UNKNOWN`, `KEY_REVOKED`, `KEY_EXPIRED`, `LOOKUP_FAILED`, `RATE_LIMITED`, `TRIES_USED_UP`
   */
  async authenticateKey(key: string, arrival?: Arrival): Promise<Caller> {
    return (await this.#countedKey(key, arrival)).caller;
  }

  async #countedKey(key: string, arrival: Arrival | undefined): Promise<KnownKey> {
    const known = await this.#failuresCounted(arrival, this.#goodKey(key, arrival));
    if (arrival) this.limits.countKey(known, arrival);
    return known;
  }

  async #goodKey(key: string, arrival: Arrival | undefined): Promise<KnownKey> {
    const known = await this.#knownKey(key, arrival);
    const keyId = known.caller.actorId;
    if (known.revoked) throw identityErrors.KEY_REVOKED({ keyId });
    const nowMs = this.clock.nowMs();
    if (nowMs >= known.expiresAtMs) throw identityErrors.KEY_EXPIRED({ keyId, expiredAt: new Date(known.expiresAtMs).toISOString() });
    this.lastUse.note(keyId, nowMs);
    return known;
  }

  async #knownKey(key: string, arrival: Arrival | undefined): Promise<KnownKey> {
    const digest = hash('sha256', key, 'base64');
    const checked = this.#checked.get(digest);
    // Only while the row is the one that it was checked against.
    if (checked && this.keys.remembered(checked.caller.actorId) === checked) return checked;
    // Who has shown a good key before is not to suffer for others at the same address.
    if (checked === undefined) this.limits.checkMayTry(arrival);
    const keyId = idOfApiKey(key);
    if (keyId === undefined) throw identityErrors.KEY_MALFORMED({});
    const known = this.keys.remembered(keyId) ?? (await this.keys.find(keyId));
    // One answer for a wrong id and a wrong secret; and only who has the secret hears what became of the key.
    if (known === undefined || !this.peppers.matches(known, key)) throw identityErrors.KEY_UNKNOWN({});
    this.#checked.set(digest, known);
    return known;
  }
}
