import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { systemClock, type Clock } from '@steelyard/kernel';
import { DATABASE, type Database, type SignInAttempt } from '@steelyard/platform-database';
import { sha256 } from '../people/session-token.js';
import { signInErrors } from './errors.js';

export type AttemptKind = 'browser' | 'loopback' | 'device';

/** What an answer will be checked against, or asked for with. */
export type AttemptContent = Partial<Pick<SignInAttempt, 'state' | 'nonce' | 'codeVerifier' | 'redirectUri' | 'returnTo'>> & { readonly device?: object };

/** How long somebody may take at the issuer. */
export const ATTEMPT_LIFETIME_MS = 10 * 60_000;

/** Sign-ins that have begun. Each is answered once; only who began it holds its handle, and the database holds its hash. */
@Injectable()
export class Attempts {
  clock: Clock = systemClock;

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** @returns the handle. */
  async begin(kind: AttemptKind, content: AttemptContent, lifetimeMs = ATTEMPT_LIFETIME_MS): Promise<string> {
    const handle = randomBytes(32).toString('base64url');
    const now = this.clock.nowMs();
    const data = { handleHash: hashOf(handle), kind, ...content, expiresAt: new Date(now + lifetimeMs) };
    await this.database.withPlatform(async (tx) => {
      await tx.signInAttempt.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
      await tx.signInAttempt.create({ data });
    });
    return handle;
  }

  /** What is kept of an attempt that goes on. @throws AppError `SIGN_IN.ATTEMPT_UNKNOWN` */
  async look(kind: AttemptKind, handle: string | undefined): Promise<SignInAttempt> {
    const where = { handleHash: hashOf(handle ?? ''), kind };
    return this.#current(await this.database.withPlatform((tx) => tx.signInAttempt.findFirst({ where })));
  }

  /** Ends an attempt and gives what was kept of it, to one of those who ask at the same time. @throws AppError `SIGN_IN.ATTEMPT_UNKNOWN` */
  async take(kind: AttemptKind, handle: string | undefined): Promise<SignInAttempt> {
    const handleHash = hashOf(handle ?? '');
    const [taken] = await this.database.withPlatform(async (tx) => {
      const found = await tx.signInAttempt.findMany({ where: { handleHash, kind } });
      const { count } = await tx.signInAttempt.deleteMany({ where: { handleHash, kind } });
      return count === 1 ? found : [];
    });
    return this.#current(taken);
  }

  #current(attempt: SignInAttempt | null | undefined): SignInAttempt {
    if (!attempt || attempt.expiresAt.getTime() <= this.clock.nowMs()) throw signInErrors.ATTEMPT_UNKNOWN({});
    return attempt;
  }
}

function hashOf(handle: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sha256(handle));
}
