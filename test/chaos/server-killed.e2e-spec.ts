import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDatabase, LONG } from '@steelyard/test-support';
import { IN_FLIGHT, ServerUnderLoad } from './load.js';

/** At each point; `--long` goes there often enough for 200 kills with those of `around-server`, whichever servers there are. */
const VISITS = LONG ? 11 : 1;
/** At no point in particular. */
const RANDOM_KILLS = LONG ? 16 : 1;

/** Everything that leaves the process between the admission of a call and the checkpoint of the log, in the order of a call's life. */
const POINTS = [
  'reserve:before', 'reserve:after', 'reserve:committed', 'intent:before', 'intent:after', 'done:before', 'done:after', 'sync:before', 'sync:after',
  'answer:before', 'answer:after', 'flush:before', 'flush:after', 'flush:committed', 'checkpoint:before', 'checkpoint:after',
];

/** One of each step. */
const SHORT_POINTS = ['reserve:committed', 'intent:after', 'done:before', 'sync:before', 'answer:after', 'flush:committed', 'checkpoint:before'];

describeDatabase('a server killed under load', (context) => {
  const points = LONG ? POINTS : SHORT_POINTS;
  let dir: string;
  let server: ServerUnderLoad;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-chaos-'));
    server = await ServerUnderLoad.start(dir, { databaseUrl: context.url() });
  }, 90_000);

  afterAll(async () => {
    await server?.platform.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it(`loses no acknowledged call and charges none twice, wherever it dies (${points.length * VISITS + RANDOM_KILLS} times)`, async () => {
    for (let visit = 0; visit < VISITS; visit += 1) {
      for (const [index, crashAt] of points.entries()) await server.killAndRestart({ wish: { crashAt, after: 1 + ((visit * 7 + index * 3) % 10) } });
    }
    for (let round = 0; round < RANDOM_KILLS; round += 1) await server.killAndRestart({ afterMs: 200 + (round * 360) / RANDOM_KILLS });
    expect(server.acknowledged.size).toBeGreaterThan(server.kills);
    // A call whose answer was cut off may be charged, since it ran; more than were in flight at the kills cannot be.
    await server.expectBooks(context.database(), server.kills * (IN_FLIGHT + 1));
  }, LONG ? 3_600_000 : 300_000);
});
