import { Controller, Get, Headers, Inject, Query, Req, Res, UseFilters } from '@nestjs/common';
import { Public } from '@steelyard/platform-graphql';
import { cookieIn, sessionCookieName, setCookie } from '../people/session-cookie.js';
import { ATTEMPT_LIFETIME_MS } from './attempts.js';
import { BrowserSignIn } from './browser-sign-in.js';
import { FailurePageFilter } from './failure-page.filter.js';
import { FrontDoor } from './front-door.js';
import type { Reply } from './reply.js';
import { checkReturnPath } from './return-path.js';

/** The way of a browser to the issuer and back. */
@Controller('auth')
@UseFilters(FailurePageFilter)
export class BrowserController {
  constructor(
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(BrowserSignIn) private readonly signIn: BrowserSignIn,
  ) {}

  @Get('sign-in')
  @Public()
  async begin(@Query('return') returnTo: unknown, @Headers('host') host: string | undefined, @Res() reply: Reply): Promise<void> {
    // The issuer sends people back to the public URL, and only there will the cookie of this attempt be.
    if (host !== this.door.publicUrl.host) return void reply.redirect(this.#signInAddress(checkReturnPath(returnTo)), 302);
    const { handle, authorizationUrl } = await this.signIn.begin(returnTo);
    void reply.header('set-cookie', this.#attemptCookie(handle, ATTEMPT_LIFETIME_MS)).header('cache-control', 'no-store').redirect(authorizationUrl.href, 302);
  }

  @Get('callback')
  @Public()
  async finish(@Headers('cookie') cookie: string | undefined, @Headers('user-agent') userAgent: string | undefined, @Req() request: { url: string }, @Res() reply: Reply): Promise<void> {
    const { search } = new URL(request.url, this.door.publicUrl);
    const { token, session, returnTo } = await this.signIn.finish({ handle: cookieIn(cookie ?? '', this.#attemptName), search, userAgent });
    const maxAgeSeconds = Math.floor((session.expiresAt.getTime() - session.createdAt.getTime()) / 1_000);
    void reply
      .header('set-cookie', setCookie({ name: sessionCookieName(this.door), value: token, maxAgeSeconds }, this.door))
      .header('set-cookie', this.#attemptCookie('', 0))
      .header('cache-control', 'no-store')
      .redirect(returnTo, 302);
  }

  #signInAddress(returnTo: string): string {
    const address = new URL('/auth/sign-in', this.door.publicUrl);
    address.searchParams.set('return', returnTo);
    return address.href;
  }

  #attemptCookie(value: string, lifetimeMs: number): string {
    return setCookie({ name: this.#attemptName, value, maxAgeSeconds: lifetimeMs / 1_000 }, this.door);
  }

  get #attemptName(): string {
    return `${sessionCookieName(this.door)}-attempt`;
  }
}
