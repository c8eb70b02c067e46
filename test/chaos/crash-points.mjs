/**
 * Loaded into a server before its own code (`--import`): kills it at a named point between the admission of a call and the checkpoint of the usage
 * log, or sets its clock wrong. What is watched is what leaves the process, so the server itself knows nothing of this.
 *
 * The file named by STEELYARD_TEST_CHAOS says what to do, and is read again whenever it changes: {"crashAt": "flush:committed", "after": 3, "clockMs": 0}.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const file = process.env.STEELYARD_TEST_CHAOS;
let wish = { crashAt: undefined, after: 1, clockMs: 0 };
let seen = 0;

function read() {
  try {
    wish = { after: 1, clockMs: 0, ...JSON.parse(fs.readFileSync(file, 'utf8')) };
    seen = 0;
  } catch {
    // Not there yet, or half written: the next look will find it.
  }
}

function reached(point) {
  if (wish.crashAt !== point) return;
  seen += 1;
  if (seen >= wish.after) process.kill(process.pid, 'SIGKILL');
}

/** Runs `act` between the two points of a step. */
function around(step, act) {
  reached(`${step}:before`);
  const result = act();
  reached(`${step}:after`);
  return result;
}

/** How records begin, in CBOR: an array of so many, the version, the kind, a string of so many bytes (libs/domains/metering/src/log-payload.ts). */
const INTENT = '\x84\x03\x00\x58\x40';
const DONE = '\x96\x03\x01\x58\x60';

const writeSync = fs.writeSync;
fs.writeSync = (fd, buffer, ...rest) => {
  const text = typeof buffer === 'string' ? '' : Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString('latin1');
  const step = text.includes(INTENT) ? 'intent' : text.includes(DONE) ? 'done' : undefined;
  return step ? around(step, () => writeSync(fd, buffer, ...rest)) : writeSync(fd, buffer, ...rest);
};

const fdatasync = fs.fdatasync;
fs.fdatasync = (fd, callback) => {
  reached('sync:before');
  fdatasync(fd, (error) => {
    reached('sync:after');
    callback(error);
  });
};

const rename = fs.promises.rename;
fs.promises.rename = async (from, to) => {
  const isCheckpoint = String(to).endsWith('checkpoint.json');
  if (isCheckpoint) reached('checkpoint:before');
  await rename(from, to);
  if (isCheckpoint) reached('checkpoint:after');
};

const statements = { ledger_reserve_all: 'reserve', usage_flush: 'flush' };
const write = net.Socket.prototype.write;
net.Socket.prototype.write = function (chunk, ...rest) {
  const text = typeof chunk === 'string' ? chunk : Buffer.isBuffer(chunk) ? chunk.toString('latin1') : '';
  if (/^HTTP\/1\.1 200/.test(text) && /steelyard-prediction-id/i.test(text)) return around('answer', () => write.call(this, chunk, ...rest));
  const step = Object.entries(statements).find(([name]) => text.includes(`\0${name}\0`))?.[1];
  if (step === undefined) return write.call(this, chunk, ...rest);
  // The first bytes that come back come after the commit.
  this.prependOnceListener('data', () => reached(`${step}:committed`));
  return around(step, () => write.call(this, chunk, ...rest));
};

const now = Date.now;
Date.now = () => now() + wish.clockMs;

syncBuiltinESMExports();
read();
fs.watchFile(file, { interval: 20, persistent: false }, read);
