import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toHttpError, type FaultLog } from './http-error.js';

/**
 * Answers whatever an HTTP handler throws; to be given to `app.useGlobalFilters`. What a resolver throws is passed on: the GraphQL door has a
 * formatter of its own, and Nest would log each of them.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: FaultLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, headers, body } = toHttpError(error, request.id, { log: this.log });
    if (reply.raw.headersSent) {
      // A stream broke off half-way: the status is gone, so the break itself must be seen.
      reply.raw.destroy();
      return;
    }
    void reply.status(status).headers(headers).send(body);
  }
}
