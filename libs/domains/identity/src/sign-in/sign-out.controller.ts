import { Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { AppError, type SignedInPerson } from '@steelyard/kernel';
import { CurrentPerson, Public } from '@steelyard/platform-graphql';
import { EndSession } from '../people/end-session.js';
import { sessionCookieName, setCookie } from '../people/session-cookie.js';
import { signInErrors } from './errors.js';
import { FrontDoor } from './front-door.js';
import type { Reply } from './reply.js';

/** Signing out also works when the session has ended already: the cookie goes. */
@Controller('auth')
export class SignOutController {
  constructor(
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(EndSession) private readonly endSession: EndSession,
  ) {}

  @Post('sign-out')
  @Public()
  @HttpCode(204)
  async signOut(@CurrentPerson() person: SignedInPerson | undefined, @Headers('origin') origin: string | undefined, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    this.#checkOrigin(origin);
    if (person) await this.#end(person);
    this.#removeCookie(reply);
  }

  @Post('sign-out-everywhere')
  @Public()
  @HttpCode(204)
  async signOutEverywhere(@CurrentPerson() person: SignedInPerson | undefined, @Headers('origin') origin: string | undefined, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    this.#checkOrigin(origin);
    if (person) await this.endSession.endAll(person);
    this.#removeCookie(reply);
  }

  /** One that is gone already, with its person perhaps, while this server still remembers it, has ended. */
  async #end(person: SignedInPerson): Promise<void> {
    try {
      await this.endSession.end(person, person.sessionId);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'IDENTITY.SESSION_NOT_FOUND') throw error;
    }
  }

  /** Another site's page is not to sign anybody out. */
  #checkOrigin(origin: string | undefined): void {
    if (origin !== undefined && origin !== this.door.origin) throw signInErrors.ORIGIN_REFUSED({});
  }

  #removeCookie(reply: Reply): void {
    reply.header('set-cookie', setCookie({ name: sessionCookieName(this.door), value: '', maxAgeSeconds: 0 }, this.door)).header('cache-control', 'no-store');
  }
}
