import { describe, expect, it } from '@jest/globals';
import { AppError } from '@steelyard/kernel';
import { createLogger, type LoggerOptions } from './logger.js';

const KEY = 'sy_live_0Aa1Bb2Cc3Dd4_0123456789abcdefghijklmnopqrstuvwxyzABCDEF0abcdef';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', stream: { write: (line) => void lines.push(line) }, ...options });
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

describe('logger', () => {
  it('writes one JSON object a line with level, time, message and fields', () => {
    const { log, last } = capture();
    log.info({ model: 'acme/digits', amountNano: 5n }, 'ran');
    expect(last()).toMatchObject({ level: 'info', msg: 'ran', model: 'acme/digits', amountNano: '5' });
  });

  it('blanks credentials, inputs and outputs at any depth, whatever their case', () => {
    const { log, lines, last } = capture();
    log.info({ req: { headers: { Authorization: `Bearer ${KEY}`, 'x-api-key': KEY } }, call: { input: { image: 'face' }, a: [{ output: 'word' }] } }, 'seen');
    expect(lines[0]).not.toMatch(/face|word|0Aa1Bb2Cc3Dd4/);
    expect(last()).toMatchObject({ req: { headers: { Authorization: '[redacted]' } }, call: { input: '[redacted]', a: [{ output: '[redacted]' }] } });
  });

  it('blanks keys and passwords inside messages, child fields and stacks', () => {
    const { log, lines } = capture();
    log.child({ note: KEY }).error({ err: new Error(`no luck with ${KEY}`) }, `tried ${KEY} at postgres://root:hunter2@db/x`);
    expect(lines[0]).not.toMatch(/0Aa1Bb2Cc3Dd4|hunter2/);
    expect(lines[0]).toContain('postgres://root:[redacted]@db/x');
  });

  it('writes errors with code, kind and cause, and without the details that a caller sent', () => {
    const { log, lines, last } = capture();
    const cause = Object.assign(new Error('disk full'), { code: 'ENOSPC', request: { text: 'private words' } });
    log.error({ err: new AppError('JOURNAL.FULL', 'no room', { kind: 'unavailable', details: { text: 'private words' }, cause }) }, 'failed');
    expect(last()).toMatchObject({ err: { code: 'JOURNAL.FULL', kind: 'unavailable', cause: { code: 'ENOSPC', message: 'disk full' } } });
    expect(lines[0]).not.toContain('private words');
  });

  it('writes lines for people when asked to, and nothing below its level', () => {
    const { log, lines } = capture({ pretty: true, level: 'warn' });
    log.info({}, 'unheard');
    log.warn({ port: 4700 }, 'heard');
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d WARN {2}heard port=4700\n$/)]);
  });
});
