import { hash } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AppError, systemClock, type Caller, type Clock, type Credentials, type Identified } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { bearerToken } from '@steelyard/platform-http';
import { LRUCache } from 'lru-cache';
import { identityErrors } from './errors.js';
import { idOfApiKey } from './keys/api-key-format.js';
import { KEY_CHANGED, KeyDirectory, type KnownKey } from './keys/key-directory.js';
import { LastUse } from './keys/last-use.js';
import { Peppers } from './keys/peppers.js';
import { IdentifyPerson } from './people/identify-person.js';
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

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
    @Inject(LastUse) private readonly lastUse: LastUse,
    @Inject(IdentifyPerson) private readonly people: IdentifyPerson,
    @Inject(FrontDoor) private readonly door: FrontDoor,
  ) {}

  /** Begins to hear of keys that were revoked elsewhere. Until then, and while that connection is lost, a key lives on for at most 30 s. */
  async onModuleInit(): Promise<void> {
    const heard = (keyId: string) => this.keys.forget(keyId);
    this.#stopListening = await this.database.listen(KEY_CHANGED, heard, { onGap: () => this.keys.forgetAll() });
  }

  async onModuleDestroy(): Promise<void> {
    await this.#stopListening?.();
    await this.lastUse.write();
  }

  /**
   * Who sends a request; nobody when it shows nothing, or a cookie that is not to be believed or whose session has ended: browsers send theirs
   * with every request, and a page that needs nobody is to work all the same.
   * @throws AppError `HTTP.AUTHORIZATION_INVALID`, what {@link Identity.authenticateKey} throws, and `IDENTITY.SESSION_ENDED`, `NOT_A_MEMBER`.
   */
  async identify(shown: Credentials): Promise<Identified> {
    const token = bearerToken(shown.authorization);
    if (token === undefined) return this.#identifyBrowser(shown);
    if (isSessionToken(token)) return this.people.identify(token, shown.organization);
    return { caller: await this.authenticateKey(token) };
  }

  async #identifyBrowser(shown: Credentials): Promise<Identified> {
    const token = sessionTokenIn(shown, this.door);
    if (token === undefined) return NOBODY;
    try {
      return await this.people.identify(token, shown.organization);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') return NOBODY;
      throw error;
    }
  }

  /**
   * The caller behind an API key. A key seen within the last 30 s costs no query.
   * @throws AppError `IDENTITY.KEY_MALFORMED`, `KEY_UNKNOWN`, `KEY_REVOKED`, `KEY_EXPIRED`, `LOOKUP_FAILED`
   */
  async authenticateKey(key: string): Promise<Caller> {
    const known = await this.#knownKey(key);
    const keyId = known.caller.actorId;
    if (known.revoked) throw identityErrors.KEY_REVOKED({ keyId });
    const nowMs = this.clock.nowMs();
    if (nowMs >= known.expiresAtMs) throw identityErrors.KEY_EXPIRED({ keyId, expiredAt: new Date(known.expiresAtMs).toISOString() });
    this.lastUse.note(keyId, nowMs);
    return known.caller;
  }
  async #knownKey(key: string): Promise<KnownKey> {
    const digest = hash('sha256', key, 'base64');
    const checked = this.#checked.get(digest);
    // Only while the row is the one that it was checked against.
    if (checked && this.keys.remembered(checked.caller.actorId) === checked) return checked;
    const keyId = idOfApiKey(key);
    if (keyId === undefined) throw identityErrors.KEY_MALFORMED({});
    const known = this.keys.remembered(keyId) ?? (await this.keys.find(keyId));
    // One answer for a wrong id and a wrong secret; and only who has the secret hears what became of the key.
    if (known === undefined || !this.peppers.matches(known, key)) throw identityErrors.KEY_UNKNOWN({});
    this.#checked.set(digest, known);
    return known;
  }
}
