import { describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { AppError, ERROR_KINDS, type ErrorKind } from '@steelyard/kernel';
import fastify from 'fastify';
import { bearerToken } from './bearer.js';
import { toHttpError } from './http-error.js';
import { requestIdOf, requestIdOptions, sendRequestIds } from './request-id.js';
import { HTTP_STATUS } from './status.js';

function logOf() {
  const entries: object[] = [];
  return { entries, log: { error: (fields: object) => void entries.push(fields) } };
}

describe('toHttpError', () => {
  it('has one status for every kind', () => {
    expect(Object.keys(HTTP_STATUS).sort()).toEqual([...ERROR_KINDS].sort());
    const statusOf = (kind: ErrorKind) => toHttpError(new AppError('X.Y', 'm', { kind }), 'request-1').status;
    expect((['invalid', 'unauthenticated', 'payment-required', 'conflict', 'rate-limited', 'internal', 'model-failed'] as const).map(statusOf)).toEqual([400, 401, 402, 409, 429, 500, 502]);
  });

  it('gives code, message, fix, details, whether to retry and whether it was charged', () => {
    const error = new AppError('LEDGER.INSUFFICIENT', 'not enough', { kind: 'payment-required', fix: 'add credit', details: { availableNano: '1' } });
    expect(toHttpError(error, 'request-1')).toEqual({
      status: 402,
      headers: {},
      body: {
        error: { code: 'LEDGER.INSUFFICIENT', message: 'not enough', fix: 'add credit', details: { availableNano: '1' }, retryable: false, charged: false, requestId: 'request-1' },
      },
    });
    expect(toHttpError(error, 'request-1', { charged: true }).body.error.charged).toBe(true);
  });

  it('takes a text that the database does not for a fault of who sent it, however it is wrapped', () => {
    const byDriver = Object.assign(new Error('invalid byte sequence for encoding "UTF8": 0x00'), { code: '22021' });
    const byPrisma = Object.assign(new Error('Database error'), { code: 'P2039', meta: { driverAdapterError: { cause: { code: '22P05' } } } });
    for (const error of [byDriver, byPrisma]) expect(toHttpError(error, 'r')).toMatchObject({ status: 400, body: { error: { code: 'HTTP.TEXT_INVALID' } } });
    expect(toHttpError(Object.assign(new Error('deadlock detected'), { code: '40P01' }), 'r').status).toBe(500);
  });

  it('says when to come back', () => {
    expect(toHttpError(new AppError('A.B', 'm', { kind: 'unavailable' }), 'r').headers).toEqual({ 'retry-after': '1' });
    const limited = new AppError('A.B', 'm', { kind: 'rate-limited', details: { retryAfterMs: 2_100 } });
    expect(toHttpError(limited, 'r').headers).toEqual({ 'retry-after': '3' });
    expect(toHttpError(new AppError('A.B', 'm', { kind: 'unauthenticated' }), 'r').headers).toEqual({ 'www-authenticate': 'Bearer' });
  });

  it('says nothing of a fault of ours, and logs it with its cause', () => {
    const { entries, log } = logOf();
    const stripeLike = Object.assign(new Error('select secret from api_key'), { statusCode: 404, code: '42P01' });
    for (const thrown of [stripeLike, 'text', undefined, null, { statusCode: 400, message: 'hm' }]) {
      const answer = toHttpError(thrown, 'request-1', { log });
      expect(answer.status).toBe(500);
      expect(answer.body.error).toEqual({ code: 'INTERNAL', message: 'Something went wrong on our side.', retryable: false, charged: false, requestId: 'request-1' });
    }
    expect(entries[0]).toEqual({ err: stripeLike, requestId: 'request-1' });
    expect(entries).toHaveLength(5);
  });

  it('keeps what Fastify and Nest refuse', async () => {
    expect(toHttpError(new NotFoundException('Cannot GET /x'), 'r')).toMatchObject({ status: 404, body: { error: { code: 'HTTP.NOT_FOUND' } } });
    const server = fastify({ ...requestIdOptions, bodyLimit: 10 });
    sendRequestIds(server);
    server.setErrorHandler((error, request, reply) => {
      const { status, body } = toHttpError(error, request.id);
      return reply.status(status).send(body);
    });
    server.post('/', () => 'fine');
    const post = (body: string, type = 'application/json') => server.inject({ method: 'POST', url: '/', headers: { 'content-type': type, 'x-request-id': 'my-request-1' }, body });
    const answers = await Promise.all([post('{"a":1,"b":22}'), post('{oops'), post('x', 'text/csv')]);
    expect(answers.map((answer) => answer.json<{ error: { code: string } }>().error.code)).toEqual(['HTTP.BODY_TOO_LARGE', 'HTTP.BAD_REQUEST', 'HTTP.MEDIA_TYPE_UNSUPPORTED']);
    expect(answers.map((answer) => answer.headers['x-request-id'])).toEqual(['my-request-1', 'my-request-1', 'my-request-1']);
    await server.close();
  });
});

describe('request ids', () => {
  it('takes a sane one and makes one otherwise', () => {
    expect(requestIdOf({ 'x-request-id': '0190-abc_DEF.1:2' })).toBe('0190-abc_DEF.1:2');
    for (const bad of ['short', 'a b c d e f g', `x${'y'.repeat(200)}`, 'line\r\nbreak-line', undefined, ['12345678', '12345678']]) {
      expect(requestIdOf({ 'x-request-id': bad })).toMatch(/^[0-9a-f]{8}-/);
    }
  });
});

describe('bearerToken', () => {
  it('reads the token and refuses other schemes', () => {
    expect(bearerToken(undefined)).toBeUndefined();
    expect(bearerToken('Bearer abc_123')).toBe('abc_123');
    expect(bearerToken('bearer  abc_123 ')).toBe('abc_123');
    for (const bad of ['', 'Bearer', 'Basic dXNlcg==', 'Bearer a b', 'abc_123']) {
      expect(() => bearerToken(bad)).toThrow(expect.objectContaining({ code: 'HTTP.AUTHORIZATION_INVALID', kind: 'unauthenticated' }));
    }
  });
});
