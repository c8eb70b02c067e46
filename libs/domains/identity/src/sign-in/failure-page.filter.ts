import { Catch, Inject, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { toHttpError } from '@steelyard/platform-http';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { failurePage, PAGE_POLICY } from './page.js';
import type { Reply } from './reply.js';

/** Answers failures of routes that people come to with a page. */
@Catch()
@Injectable()
export class FailurePageFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<{ id: string }>();
    const failure = toHttpError(error, request.id, { log: this.log });
    // What an issuer answered is for the log; the page says what it means.
    if (error instanceof Error && error.cause) this.log.warn({ err: error, requestId: request.id }, 'a sign-in failed');
    const reply = host.switchToHttp().getResponse<Reply>();
    void reply.status(failure.status).header('content-security-policy', PAGE_POLICY).header('cache-control', 'no-store').header('content-type', 'text/html; charset=utf-8').send(failurePage(failure));
  }
}
