import { Body, Controller, Headers, HttpCode, Inject, Post, Res, UseGuards } from '@nestjs/common';
import { Public } from '@steelyard/platform-graphql';
import { DeviceSignIn, type BegunDevice } from './device-sign-in.js';
import { signInErrors } from '../errors.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { LoopbackSignIn } from './loopback-sign-in.js';
import type { Reply } from '../reply.js';
import type { TerminalSession } from './terminal-session.js';

/** Sign-in for terminals. They speak with this server alone, which speaks with the issuer: one client library, and any issuer. */
@Controller('auth')
@UseGuards(JsonOnlyGuard)
export class TerminalController {
  constructor(
    @Inject(LoopbackSignIn) private readonly loopback: LoopbackSignIn,
    @Inject(DeviceSignIn) private readonly device: DeviceSignIn,
  ) {}

  @Post('terminal/begin')
  @Public()
  @HttpCode(200)
  beginLoopback(@Body() body: unknown): Promise<{ attempt: string; authorizationUrl: string }> {
    return this.loopback.begin(textIn(body, 'redirectUri'));
  }

  @Post('terminal/finish')
  @Public()
  @HttpCode(200)
  finishLoopback(@Body() body: unknown, @Headers('user-agent') userAgent: string | undefined): Promise<TerminalSession> {
    return this.loopback.finish(textIn(body, 'attempt'), textIn(body, 'callback'), userAgent);
  }

  @Post('device/begin')
  @Public()
  @HttpCode(200)
  beginDevice(): Promise<BegunDevice> {
    return this.device.begin();
  }

  @Post('device/poll')
  @Public()
  async pollDevice(@Body() body: unknown, @Headers('user-agent') userAgent: string | undefined, @Res({ passthrough: true }) reply: Reply): Promise<object> {
    const state = await this.device.poll(textIn(body, 'attempt'), userAgent);
    reply.status('session' in state ? 200 : 202);
    return 'session' in state ? state.session : { status: 'pending', intervalSeconds: state.intervalSeconds };
  }
}

function textIn(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'string') throw signInErrors.REQUEST_INVALID({ problem: `The request must be JSON with the text ${name}` });
  return value;
}
