import { describe, expect, it } from '@jest/globals';
import { type Answer, closing, failureOf, ok, refuse, reset, serve, silent } from '../spec/native-server.js';
import {
  AuthenticationError,
  cache,
  CancelledError,
  type ClientPlugin,
  ConnectionError,
  createClient,
  DeadlineError,
  InputInvalidError,
  InternalError,
  ModelFailedError,
  NotFoundError,
  PaymentRequiredError,
  RateLimitedError,
  retry,
  SteelyardError,
  UnavailableError,
} from './index.js';

describe('run', () => {
  it('speaks the native route and gives the output', async () => {
    const { connect, seen } = await serve(ok({ label: '7' }, { 'server-timing': 'queue;dur=0.5, compute;dur=2.25, other;desc="x"' }));
    const { output, prediction } = await connect().runWithDetails('acme/digits', { image: 'AAAA' }, { deadlineMs: 5_000, idempotencyKey: 'order-1', headers: { traceparent: 't' } });
    expect(output).toEqual({ label: '7' });
    expect(prediction).toEqual({
      id: 'p-1', model: 'acme/digits@1.0.0', costNano: 200_000n, currency: 'usd', requestId: 'r-1', replayed: false, cached: false,
      timings: { queueMs: 0.5, computeMs: 2.25, roundTripMs: expect.any(Number) },
    });
    expect(seen[0]).toMatchObject({ path: '/v1/predict/acme/digits', body: '{"image":"AAAA"}' });
    expect(seen[0]!.headers).toMatchObject({ authorization: 'Bearer key-1', 'idempotency-key': 'order-1', 'content-type': 'application/json', traceparent: 't' });
    const deadlineMs = Number(seen[0]!.headers['steelyard-deadline-ms']);
    expect(deadlineMs).toBeGreaterThan(4_000);
    expect(deadlineMs).toBeLessThanOrEqual(5_000);
  });

  it('writes versions, channels and a mounted base URL into the path', async () => {
    const { baseUrl, seen } = await serve(ok({}));
    const client = createClient({ baseUrl: `${baseUrl}/models/` });
    await client.run('acme/digits@1.0.0+build.7', {});
    await client.run('acme/digits:beta', {});
    expect(seen.map(({ path }) => path)).toEqual(['/models/v1/predict/acme/digits@1.0.0%2Bbuild.7', '/models/v1/predict/acme/digits:beta']);
    expect(seen[0]!.headers.authorization).toBeUndefined();
  });

  it('refuses what is no reference or no server before anything is sent', async () => {
    const { connect, seen } = await serve(ok({}));
    for (const ref of ['digits', 'acme/', 'acme/digits@', 'a/b/c', 'acme/digits@1:beta', '../x/y']) {
      expect(await failureOf(connect().run(ref, {}))).toMatchObject({ code: 'CLIENT.REF_INVALID', charged: 'no' });
    }
    expect(() => createClient({ baseUrl: 'localhost:4700' })).toThrow(InputInvalidError);
    expect(seen).toHaveLength(0);
  });

  it('says of a replay that it was one', async () => {
    const { connect } = await serve(ok({}, { 'steelyard-replayed': 'true' }));
    expect((await connect().runWithDetails('acme/digits', {})).prediction.replayed).toBe(true);
  });
});

describe('failures', () => {
  it('are of the class that goes with the answer, and carry what it says', async () => {
    const table: [number, new (...args: never[]) => SteelyardError][] = [
      [400, InputInvalidError], [401, AuthenticationError], [402, PaymentRequiredError], [404, NotFoundError], [413, InputInvalidError],
      [422, InputInvalidError], [429, RateLimitedError], [500, InternalError], [502, ModelFailedError], [503, UnavailableError], [504, DeadlineError],
    ];
    for (const [status, type] of table) {
      const { connect } = await serve(refuse(status, { fix: 'do this', details: { problems: [{ path: 'image', message: 'is missing' }], requiredNano: '7' }, charged: status === 504 }));
      const error = await failureOf(connect().run('acme/digits', {}, { idempotencyKey: 'k' }));
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ name: type.name, code: 'X.Y', status, requestId: 'r-9', fix: 'do this', charged: status === 504 ? 'yes' : 'no', idempotencyKey: 'k' });
      if (error instanceof InputInvalidError) expect(error.problems).toEqual([{ path: 'image', message: 'is missing' }]);
      if (error instanceof PaymentRequiredError) expect(error.requiredNano).toBe(7n);
    }
  });

  it('do not take a page of some proxy for an answer', async () => {
    const page: Answer = (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
    const json: Answer = (_request, response) => void response.writeHead(200).end('{}');
    for (const answer of [page, json]) {
      const { connect } = await serve(answer);
      expect(await failureOf(connect().run('acme/digits', {}))).toMatchObject({ code: 'CLIENT.ANSWER_UNREADABLE', charged: 'unknown' });
    }
    const { connect } = await serve((_request, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>'));
    expect(await failureOf(connect({ plugins: [retry({ attempts: 1 })] }).run('acme/digits', {}))).toMatchObject({
      name: 'UnavailableError', code: 'HTTP.502', message: 'the server answered 502: Bad gateway', retryable: true, charged: 'unknown',
    });
  });

  it('are not charged when nobody was there', async () => {
    const { baseUrl } = await serve(ok({}));
    for (const close of closing.splice(0)) await close();
    const error = await failureOf(createClient({ baseUrl, plugins: [retry({ baseDelayMs: 1 })] }).run('acme/digits', {}));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: 'CLIENT.UNREACHABLE', charged: 'no', retryable: true });
  });
});

describe('retry', () => {
  it('asks again after a lost connection, with the same idempotency key', async () => {
    const { connect, seen } = await serve(reset, reset, ok({ label: '7' }));
    expect(await connect().run('acme/digits', { image: 'AAAA' })).toEqual({ label: '7' });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
  });

  it('asks again when the answer breaks off', async () => {
    const torn: Answer = (_request, response, socket) => {
      response.writeHead(200, { 'content-length': '100', 'steelyard-cost-nano': '1' });
      response.write('{"label"');
      setImmediate(() => socket.destroy());
    };
    const { connect, seen } = await serve(torn, ok({ label: '7' }));
    expect(await connect().run('acme/digits', {})).toEqual({ label: '7' });
    expect(seen).toHaveLength(2);
  });

  it('uses another key for every call', async () => {
    const { connect, seen } = await serve(ok({}));
    const client = connect();
    await client.run('acme/digits', {});
    await client.run('acme/digits', {});
    expect(seen[0]!.headers['idempotency-key']).not.toBe(seen[1]!.headers['idempotency-key']);
  });

  it('never retries what must be paid first, nor what the platform says is final', async () => {
    for (const [status, retryable] of [[402, true], [402, false], [400, false], [503, false], [500, false]] as const) {
      const { connect, seen } = await serve(refuse(status, { retryable }), ok({}));
      await failureOf(connect().run('acme/digits', {}));
      expect(seen).toHaveLength(1);
    }
  });

  it('waits as long as Retry-After says, and gives up where that is past the deadline', async () => {
    const busy = (after: string) => refuse(429, { retryable: true }, { 'retry-after': after });
    const short = await serve(busy('0.05'), ok({}));
    const startedAtMs = performance.now();
    await short.connect().run('acme/digits', {});
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(45);
    const long = await serve(busy('30'), ok({}));
    expect(await failureOf(long.connect({ deadlineMs: 2_000 }).run('acme/digits', {}))).toMatchObject({ name: 'RateLimitedError', retryAfterMs: 30_000 });
    expect(long.seen).toHaveLength(1);
    const dated = await serve(busy(new Date(Date.now() - 1_000).toUTCString()), ok({}));
    await dated.connect().run('acme/digits', {});
    expect(dated.seen).toHaveLength(2);
  });

  it('stops after its attempts with the last failure', async () => {
    const { connect, seen } = await serve(refuse(503, { retryable: true }, { 'retry-after': '0' }));
    expect(await failureOf(connect().run('acme/digits', {}))).toBeInstanceOf(UnavailableError);
    expect(seen).toHaveLength(3);
  });

  it('does not say "not charged" when an earlier answer was lost', async () => {
    const { connect } = await serve(reset, refuse(429, { retryable: false }));
    expect(await failureOf(connect().run('acme/digits', {}))).toMatchObject({ name: 'RateLimitedError', charged: 'unknown' });
  });
});

describe('deadline and cancellation', () => {
  it('ends in time when the platform is silent', async () => {
    const { connect } = await serve(silent);
    const error = await failureOf(connect({ deadlineMs: 30 }).run('acme/digits', {}, { idempotencyKey: 'k' }));
    expect(error).toBeInstanceOf(DeadlineError);
    expect(error).toMatchObject({ code: 'CLIENT.DEADLINE_EXCEEDED', charged: 'unknown', idempotencyKey: 'k' });
  });

  it('leaves the platform time to say whether the call was charged', async () => {
    const late: Answer = (request, response, socket) => void setTimeout(() => refuse(504, { charged: false })(request, response, socket), 80);
    const { connect } = await serve(late);
    expect(await failureOf(connect({ deadlineMs: 30 }).run('acme/digits', {}))).toMatchObject({ name: 'DeadlineError', status: 504, charged: 'no' });
  });

  it('tells each attempt only the time that is left', async () => {
    const slow: Answer = (request, response, socket) => void setTimeout(() => reset(request, response, socket), 60);
    const { connect, seen } = await serve(slow, ok({}));
    await connect({ deadlineMs: 5_000 }).run('acme/digits', {});
    const [first, second] = seen.map(({ headers }) => Number(headers['steelyard-deadline-ms']));
    expect(first! - second!).toBeGreaterThanOrEqual(50);
  });

  it('stops when the caller says so, before and during the call', async () => {
    const before = await serve(ok({}));
    expect(await failureOf(before.connect().run('acme/digits', {}, { signal: AbortSignal.abort() }))).toMatchObject({ name: 'CancelledError', charged: 'no' });
    expect(before.seen).toHaveLength(0);
    const controller = new AbortController();
    const during = await serve(() => controller.abort());
    const error = await failureOf(during.connect().run('acme/digits', {}, { signal: controller.signal }));
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.charged).toBe('unknown');
    expect(during.seen).toHaveLength(1);
  });

  it('closes the connection of a cancelled call, so that the platform can stop too', async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve, reject) => {
      void serve((_request, _response, socket) => {
        socket.once('close', () => resolve());
        controller.abort();
      }).then(({ connect }) => connect().run('acme/digits', {}, { signal: controller.signal }).catch(() => undefined), reject);
    });
    await closed;
  });

  it('holds against a plugin that never answers', async () => {
    const { connect } = await serve(ok({}));
    const stuck: ClientPlugin = { name: 'stuck', onCall: () => new Promise(() => undefined) };
    expect(await failureOf(connect({ plugins: [stuck], deadlineMs: 10 }).run('acme/digits', {}))).toMatchObject({ name: 'DeadlineError', charged: 'no' });
  });
});

describe('plugins', () => {
  const note = (name: string, log: string[]): ClientPlugin => ({
    name,
    async onCall(call, next) {
      log.push(`${name}>${call.attempt}`);
      const result = await next(call);
      log.push(`<${name}`);
      return result;
    },
  });

  it('stand around the call in their order, inside the retries', async () => {
    const log: string[] = [];
    const { baseUrl } = await serve(refuse(503, { retryable: true }, { 'retry-after': '0' }), ok({}));
    await createClient({ baseUrl, plugins: [note('a', log), note('b', log)] }).run('acme/digits', {});
    expect(log).toEqual(['a>1', 'b>1', 'a>2', 'b>2', '<b', '<a']);
  });

  it('stand outside the retries when retry is listed after them', async () => {
    const log: string[] = [];
    const { baseUrl } = await serve(refuse(503, { retryable: true }, { 'retry-after': '0' }), ok({}));
    await createClient({ baseUrl, plugins: [note('a', log), retry(), note('b', log)] }).run('acme/digits', {});
    expect(log).toEqual(['a>1', 'b>1', 'b>2', '<b', '<a']);
  });

  it('change a call or answer it themselves', async () => {
    const { connect, seen } = await serve(ok({ label: '7' }));
    const mask: ClientPlugin = { name: 'mask', onCall: (call, next) => next({ ...call, input: { ...call.input, name: '***' }, headers: { 'x-mask': '1' } }) };
    await connect({ plugins: [mask] }).run('acme/m', { name: 'Ada' });
    expect(seen[0]).toMatchObject({ body: '{"name":"***"}', headers: { 'x-mask': '1' } });
    const edge: ClientPlugin = {
      name: 'edge',
      onCall: async (call) => ({ output: { local: call.ref }, prediction: { id: 'e', model: call.ref, costNano: 0n, currency: 'usd', timings: { roundTripMs: 0 }, requestId: undefined, replayed: false, cached: false } }),
    };
    expect(await connect({ plugins: [edge] }).run('acme/m', {})).toEqual({ local: 'acme/m' });
    expect(seen).toHaveLength(1);
  });
});

describe('cache', () => {
  it('answers the same input of the same version from memory, for nothing', async () => {
    const { connect, seen } = await serve(ok({ label: '7', scores: [1] }));
    const client = connect({ plugins: [cache()] });
    const first = await client.runWithDetails('acme/digits', { a: 1, b: { c: 2, d: 3 } });
    (first.output as { scores: number[] }).scores.push(2);
    const again = await client.runWithDetails('acme/digits', { b: { d: 3, c: 2 }, a: 1 });
    expect(again.output).toEqual({ label: '7', scores: [1] });
    expect(again.prediction).toMatchObject({ id: 'p-1', costNano: 0n, cached: true });
    await client.run('acme/digits@1.0.0', { a: 1, b: { c: 2, d: 3 } });
    expect(seen).toHaveLength(1);
    await client.run('acme/digits', { a: 2 });
    await client.run('acme/digits@2.0.0', { a: 1, b: { c: 2, d: 3 } });
    expect(seen).toHaveLength(3);
  });

  it('forgets: after its time, the least recently used, what a channel meant', async () => {
    const { connect, seen } = await serve(ok({}));
    const brief = connect({ plugins: [cache({ ttlMs: 0 })] });
    await brief.run('acme/digits', {});
    await brief.run('acme/digits', {});
    expect(seen).toHaveLength(2);
    const small = connect({ plugins: [cache({ entriesMax: 2 })] });
    for (const n of [1, 2, 1, 3, 1, 2]) await small.run('acme/digits', { n });
    expect(seen.slice(2).map(({ body }) => body)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":2}']);
    const channels = connect({ plugins: [cache({ channelTtlMs: 0 })] });
    await channels.run('acme/digits', {});
    await channels.run('acme/digits', {});
    await channels.run('acme/digits@1.0.0', {});
    expect(seen).toHaveLength(8);
  });

  it('keeps no failures', async () => {
    const { connect, seen } = await serve(refuse(400, {}), ok({ label: '7' }));
    const client = connect({ plugins: [cache()] });
    await failureOf(client.run('acme/digits', {}));
    expect(await client.run('acme/digits', {})).toEqual({ label: '7' });
    expect(seen).toHaveLength(2);
  });
});

describe('batch', () => {
  it('answers every input, some at once, failures as items', async () => {
    let inFlight = 0;
    let inFlightMax = 0;
    const { connect, seen } = await serve((request, response, socket) => {
      inFlightMax = Math.max(inFlightMax, ++inFlight);
      setTimeout(() => {
        inFlight--;
        const { n } = JSON.parse(request.body) as { n: number };
        if (n === 3) refuse(400, {})(request, response, socket);
        else ok({ double: n * 2 })(request, response, socket);
      }, 5);
    });
    const inputs = Array.from({ length: 20 }, (_, n) => ({ n }));
    const items = [];
    for await (const item of connect().batch('acme/m', inputs, { concurrency: 4, idempotencyKey: 'night-1' })) items.push(item);
    items.sort((a, b) => a.index - b.index);
    expect(items.map((item) => (item.ok ? item.output['double'] : item.error))).toEqual(inputs.map(({ n }) => (n === 3 ? expect.any(InputInvalidError) : n * 2)));
    expect(inFlightMax).toBe(4);
    expect(seen.map(({ headers }) => headers['idempotency-key']).sort()).toEqual(inputs.map(({ n }) => `night-1-${n}`).sort());
  });

  it('reads inputs no faster than it needs them and lets go when the loop is left', async () => {
    let read = 0;
    let released = false;
    async function* inputs() {
      try {
        for (;;) yield { n: read++ };
      } finally {
        released = true;
      }
    }
    const { connect } = await serve(ok({}));
    for await (const item of connect().batch('acme/m', inputs(), { concurrency: 2 })) if (item.index >= 5) break;
    expect(read).toBeLessThan(15);
    expect(released).toBe(true);
  });

  it('gives what is ready while the inputs are slow', async () => {
    const { connect } = await serve(ok({}));
    let release: () => void = () => undefined;
    async function* inputs() {
      yield {};
      await new Promise<void>((resolve) => (release = resolve));
      yield {};
    }
    const seen: number[] = [];
    for await (const item of connect().batch('acme/m', inputs())) {
      seen.push(item.index);
      release();
    }
    expect(seen).toEqual([0, 1]);
  });
});
