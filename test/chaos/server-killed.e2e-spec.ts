import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDatabase, testServers } from '@steelyard/test-support';
import { IN_FLIGHT, ServerUnderLoad } from './load.js';

const LONG = process.env['STEELYARD_LONG'] !== undefined;
/** At each point; `--long` goes there often enough for 200 kills on the two servers. */
const VISITS = LONG ? 7 : 1;
/** At no point in particular. */
const RANDOM_KILLS = LONG ? 16 : 1;

/** Everything that leaves the process between the admission of a call and the checkpoint of the log, in the order of a call's life. */
const POINTS = [
  'reserve:before', 'reserve:after', 'reserve:committed', 'intent:before', 'intent:after', 'done:before', 'done:after', 'sync:before', 'sync:after',
  'answer:before', 'answer:after', 'flush:before', 'flush:after', 'flush:committed', 'checkpoint:before', 'checkpoint:after',
];

/** In the short mode the servers at hand share the points. */
const servers = testServers();
let turn = 0;

describeDatabase('a server killed under load', (context) => {
  const share = turn++;
  const points = LONG ? POINTS : POINTS.filter((_point, index) => index % servers.length === share);
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
  }, 1_800_000);
}, servers);
