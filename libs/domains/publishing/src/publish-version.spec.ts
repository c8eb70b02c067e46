import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInProcessDispatch } from '@steelyard/dispatch';
import { Catalog, readVersionFiles } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { createEngineHost, type EngineHost, type EngineHostOptions } from '@steelyard/engine';
import { newId, type Caller } from '@steelyard/kernel';
import type { Measurements, PackageFile } from '@steelyard/model-package';
import { createFolderBlobStore, type BlobStore } from '@steelyard/platform-blob-store';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { withExternal } from '../../../../plugins/runtimes/onnx/spec/models.fixture.js';
import { FollowPublication } from './follow-publication.js';
import { Possessions } from './persistence/possessions.repository.js';
import { Publications, type NewEvent, type PublicationKey } from './persistence/publications.repository.js';
import { PublicationSignals } from './publication-signals.js';
import type { EventRecord, PublishRequest } from './publication.js';
import { PublishVersion } from './publish-version.js';
import { RecoverPublications } from './recover-publications.js';
import { SigningKeys } from './signing/signing-keys.js';
import { ReceiveUpload } from './uploads/receive-upload.js';
import { UnpublishedFiles } from './uploads/unpublished-files.js';

type Files = Record<string, string | Uint8Array>;
type Wish = Partial<Omit<PublishRequest, 'manifest' | 'files'>> & { as?: Caller; by?: PublishVersion; manifest?: Record<string, unknown>; files?: Record<string, string | Uint8Array | undefined>; listed?: PackageFile[] };

const MANIFEST = {
  schema: 1,
  name: 'echo',
  version: '1.0.0',
  license: 'Apache-2.0', intendedUse: 'For tests.',
  task: 'custom',
  runtime: { name: 'echo', range: '*', options: { crashOn: true } },
  artifacts: [{ path: 'weights.bin' }],
  input: { type: 'object', required: ['text'], properties: { text: { type: 'string' }, crash: { type: 'boolean' }, image: { type: 'string', contentMediaType: 'image/png', contentEncoding: 'base64' } } },
  output: { type: 'object', required: ['text'], properties: { text: { type: 'string', minLength: 1 } } },
  resources: { memoryMb: 128 },
  price: { unit: 'request', amount: '0.001', currency: 'usd' },
};
const FILES: Files = {
  'README.md': '# Echo\n',
  'weights.bin': 'weights',
  'samples/hello.json': '{"input": {"text": "hello", "image": {"$file": "samples/dot.png"}}, "expected": {"text": "hello"}}',
  'samples/dot.png': 'png',
};

const sample = (input: unknown, expected: unknown): string => JSON.stringify({ name: 'bad', input, expected });
const runnerEntry = fileURLToPath(new URL('../../../runner/dist/index.js', import.meta.url));

describeDatabase('publishing', (context) => {
  let dir: string;
  let blobs: BlobStore;
  let host: EngineHost;
  let catalog: Catalog;
  let signals: PublicationSignals;
  let publications: Publications;
  let possessions: Possessions;
  let uploads: ReceiveUpload;
  let following: FollowPublication;
  let publishing: PublishVersion;
  const config = () => ({ dataDir: dir, uploadLimitBytes: 1_000_000, unpublishedLimitBytes: 100_000_000, keepUnpublishedHours: 1 });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-publishing-'));
    const database = context.database();
    blobs = createFolderBlobStore(join(dir, 'blobs'));
    host = newEngine('runners');
    catalog = new Catalog(database, new OrganizationHandles(database));
    publications = new Publications(database);
    possessions = new Possessions(database);
    signals = new PublicationSignals(database);
    await signals.onApplicationBootstrap();
    uploads = new ReceiveUpload(blobs, possessions, config(), new UnpublishedFiles(blobs, possessions, publications, catalog, config()));
    following = new FollowPublication(publications, signals);
    publishing = newPublishing();
  });
  afterAll(async () => {
    await publishing.beforeApplicationShutdown();
    await signals.onApplicationShutdown();
    await host.close();
    await rm(dir, { recursive: true });
  });

  function newEngine(folder: string, limits: EngineHostOptions['limits'] = {}): EngineHost {
    const metrics = { batch: () => undefined, runnerExit: () => undefined, loaded: () => undefined, refused: () => undefined };
    const store = { materialize: () => Promise.reject(new TypeError('a publication runs nothing from the store')) };
    return createEngineHost({ runnerEntry, store, log: silentLogger, metrics, workDir: join(dir, folder), limits });
  }

  function newPublishing({ measureMs = 0, engine = host, using = publications } = {}): PublishVersion {
    return new PublishVersion(using, new SigningKeys(context.database()), possessions, catalog, createInProcessDispatch(engine), blobs, { ...config(), paymentCurrency: 'eur', measureMs }, silentLogger);
  }

  async function organization(): Promise<Caller> {
    const id = newId();
    const handle = `org-${id.slice(-12)}`;
    await context.database().withPlatform((tx) => tx.organization.create({ data: { id, handle, name: handle } }));
    return { organizationId: id, organizationHandle: handle, actorId: 'key', scopes: new Set(['models:read', 'models:publish']) };
  }

  async function upload(caller: Caller, files: Wish['files'] = {}): Promise<PackageFile[]> {
    const listed: PackageFile[] = [];
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) continue;
      const bytes = Buffer.from(content);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const part = (async function* () {
        yield await Promise.resolve(bytes);
      })();
      const sent = await possessions.use(caller.organizationId, [sha256]);
      if (!sent.has(sha256)) await uploads.receive(caller, { sha256, offset: 0, length: bytes.length, bytes: part });
      listed.push({ path, sha256, size: bytes.length });
    }
    return listed;
  }

  async function publish({ as, by = publishing, manifest, files, listed, ...rest }: Wish = {}): Promise<{ caller: Caller; id: string; events: EventRecord[] }> {
    const caller = as ?? (await organization());
    const sent = await upload(caller, { ...FILES, ...files });
    const { id } = await by.publish(caller, { manifest: { ...MANIFEST, ...manifest }, files: listed ?? sent, public: false, dryRun: false, ...rest });
    const events: EventRecord[] = [];
    for await (const event of await following.follow(caller, id)) events.push(event);
    return { caller, id, events };
  }

  const versionsOf = (caller: Caller) =>
    context.database().withTenant(caller.organizationId, (tx) => tx.modelVersion.findMany({ where: { tenantId: caller.organizationId }, orderBy: { version: 'asc' } }));
  const resolveFor = (caller: Caller, suffix = '') => catalog.resolve(`${caller.organizationHandle}/echo${suffix}`, caller);

  it('takes a package through every stage to its first channel', async () => {
    const { caller, id, events } = await publish();
    expect(events.map(({ stage, status }) => `${stage} ${status}`)).toEqual(
      ['uploaded', 'verified', 'scanned', 'loaded', 'samples-run', 'measured', 'ready', 'listed'].flatMap((stage) => [`${stage} started`, `${stage} succeeded`]),
    );
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    const detailOf = (stage: string) => events.find((event) => event.stage === stage && event.status === 'succeeded')?.detail;
    expect(detailOf('samples-run')).toEqual({ samples: [{ name: 'hello', passed: true, problems: [], latencyMs: expect.any(Number) }] });
    expect(detailOf('measured')).toMatchObject({ runs: 20, latencyMs: { p50: expect.any(Number), p95: expect.any(Number) }, memoryBytes: expect.any(Number), device: 'cpu' });
    expect(detailOf('listed')).toEqual({ channel: 'stable', public: false });
    expect(await following.find(caller, id)).toMatchObject({ status: 'succeeded', error: null, digest: expect.stringMatching(/^[0-9a-f]{64}$/), finishedAt: expect.any(Date) });
    expect(await resolveFor(caller)).toMatchObject({ version: '1.0.0', price: { currency: 'usd', components: [{ unit: 'request', amountNano: 1_000_000n, per: 1n }] } });
    const [version] = await versionsOf(caller);
    expect(version).toMatchObject({ state: 'ready', card: '# Echo\n', measurements: { runs: 20 } });
    await expect(resolveFor(await organization())).rejects.toMatchObject({ code: 'CATALOG.MODEL_NOT_FOUND' });
    expect(await readdir(join(dir, 'quarantine'))).toEqual([]);
  });

  it('measures how a version is best run and keeps that with it', async () => {
    const { caller, events } = await publish({ by: newPublishing({ measureMs: 200 }) });
    const measured = events.find(({ stage, status }) => stage === 'measured' && status === 'succeeded')!;
    expect(measured.message).toMatch(/^p50 [\d.]+ ms; [\d,]+\/s (one by one|in batches of \d+); (up to \d+ runners; )?\d+ MiB$/);
    const [version] = await versionsOf(caller);
    const { loadMs, coldStartMs, streams, curve, tuning } = version!.measurements as unknown as Required<Measurements>;
    expect(coldStartMs).toBeGreaterThan(loadMs);
    expect(streams).toBe(false);
    expect(curve.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4, 8, 16, 32].slice(0, curve.length));
    expect(curve.map(({ batchSize }) => batchSize)).toContain(tuning.batchSize);
    expect(await readVersionFiles(context.database(), version!.digest)).toMatchObject({ measurements: { tuning } });
  });

  it('releases a later version only where it is asked to, and shows it only when asked to', async () => {
    const { caller } = await publish();
    const second = await publish({ as: caller, manifest: { version: '1.1.0' } });
    expect(second.events.at(-1)).toMatchObject({ message: expect.stringContaining('no channel'), detail: { channel: null } });
    expect((await resolveFor(caller)).version).toBe('1.0.0');
    await publish({ as: caller, manifest: { version: '1.2.0' }, channel: 'beta', public: true });
    expect((await resolveFor(caller, ':beta')).version).toBe('1.2.0');
    expect((await catalog.resolve(`${caller.organizationHandle}/echo`, await organization())).version).toBe('1.0.0');
  });

  it('leaves no version after a dry run, which needs no price', async () => {
    const { caller, events } = await publish({ dryRun: true, manifest: { price: undefined } });
    expect(events.at(-1)).toMatchObject({ stage: 'measured', status: 'succeeded' });
    expect(await versionsOf(caller)).toEqual([]);
    await expect(publish({ as: caller, manifest: { price: undefined } })).rejects.toMatchObject({ code: 'PUBLISHING.PRICE_MISSING' });
  });

  describe('a bad package', () => {
    const external = withExternal({ location: '../../../etc/passwd', offset: '0', length: '4' });
    const onnx = { runtime: { name: 'onnx', range: '*' }, artifacts: [{ path: 'weights.bin' }] };
    const cases: [string, Wish, string, string][] = [
      ['whose artifact is missing', { files: { 'weights.bin': undefined } }, 'verified', 'PUBLISHING.FILES_MISSING'],
      ['without a card', { files: { 'README.md': undefined } }, 'verified', 'PUBLISHING.FILES_MISSING'],
      ['whose card is no text', { files: { 'README.md': '# Echo\0' } }, 'verified', 'PUBLISHING.CARD_INVALID'],
      ['without the file of a sample', { files: { 'samples/dot.png': undefined } }, 'verified', 'PUBLISHING.FILES_MISSING'],
      ['without samples', { files: { 'samples/hello.json': undefined, 'samples/dot.png': undefined } }, 'verified', 'PUBLISHING.SAMPLES_MISSING'],
      ['with a file that nothing names', { files: { 'notes.txt': 'x' } }, 'verified', 'PUBLISHING.FILES_UNEXPECTED'],
      ['whose sample is no JSON', { files: { 'samples/bad.json': '{' } }, 'verified', 'PACKAGE.SAMPLE_INVALID'],
      ['whose sample has a text with a NUL', { files: { 'samples/bad.json': '{"input": {"text": "\\u0000"}}' } }, 'verified', 'PACKAGE.SAMPLE_INVALID'],
      ['whose sample is nested without end', { files: { 'samples/bad.json': `{"input": {"text": ${'['.repeat(200_000)}${']'.repeat(200_000)}}}` } }, 'verified', 'PACKAGE.SAMPLE_INVALID'],
      ['whose sample has a key with a NUL', { files: { 'samples/bad.json': '{"\\u0000": 1, "input": {}}' } }, 'verified', 'PACKAGE.SAMPLE_INVALID'],
      ['whose sample has a key with half a surrogate pair', { files: { 'samples/bad.json': '{"\\ud800": 1, "input": {}}' } }, 'verified', 'PACKAGE.SAMPLE_INVALID'],
      ['whose sample does not fit the input', { files: { 'samples/bad.json': sample({ text: 1 }, {}) } }, 'verified', 'PUBLISHING.SAMPLE_INPUT_INVALID'],
      ['whose sample is answered otherwise', { files: { 'samples/bad.json': sample({ text: 'hello' }, { text: 'goodbye' }) } }, 'samples-run', 'PUBLISHING.SAMPLES_FAILED'],
      ['whose answer does not fit the output', { files: { 'samples/bad.json': sample({ text: '' }, {}) } }, 'samples-run', 'PUBLISHING.SAMPLES_FAILED'],
      ['that crashes', { files: { 'samples/bad.json': sample({ text: 'a', crash: true }, {}) } }, 'samples-run', 'PUBLISHING.SAMPLES_FAILED'],
      ['that is a pickle', { files: { 'weights.bin': Buffer.from('\x80\x04\x95\x10', 'latin1') } }, 'scanned', 'PUBLISHING.ARTIFACT_REFUSED'],
      ['that is an archive of pickles', { files: { 'weights.bin': Buffer.from('PK\x03\x04archive/data.pkl', 'latin1') } }, 'scanned', 'PUBLISHING.ARTIFACT_REFUSED'],
      ['for a runtime that is not here', { manifest: { runtime: { name: 'magic', range: '*' } } }, 'scanned', 'ENGINE.RUNTIME_UNKNOWN'],
      ['for another version of the runtime', { manifest: { runtime: { name: 'echo', range: '^9.0.0' } } }, 'scanned', 'PUBLISHING.RUNTIME_OUT_OF_RANGE'],
      ['with options that the runtime does not know', { manifest: { runtime: { name: 'echo', range: '*', options: { shout: 1 } } } }, 'scanned', 'PUBLISHING.RUNTIME_OPTIONS_INVALID'],
      ['that requires a GPU where there is none', { manifest: { resources: { gpu: 'require' } } }, 'scanned', 'PUBLISHING.DEVICE_UNAVAILABLE'],
      ['whose ONNX file reads outside data', { manifest: onnx, files: { 'weights.bin': external } }, 'scanned', 'RUNTIME.ARTIFACT_REFUSED'],
      ['that is no ONNX file', { manifest: onnx }, 'scanned', 'RUNTIME.ARTIFACT_REFUSED'],
    ];

    it.each(cases)('%s', async (_what, wish, stage, code) => {
      const { caller, id, events } = await publish(wish);
      const last = events.at(-1)!;
      expect(last).toMatchObject({ stage, status: 'failed', detail: { code, message: expect.any(String), fix: expect.any(String) } });
      expect(events.filter(({ status }) => status === 'failed')).toHaveLength(1);
      expect(await following.find(caller, id)).toMatchObject({ status: 'failed', error: { code }, finishedAt: expect.any(Date) });
      expect((await versionsOf(caller)).filter(({ state }) => state !== 'rejected')).toEqual([]);
      await expect(resolveFor(caller, '@1.0.0')).rejects.toMatchObject({ kind: 'not-found' });
    });

    it('leaves its version number free for a better one', async () => {
      const caller = await organization();
      const bad: Wish[] = [{ manifest: { runtime: { name: 'echo', range: '^9.0.0' } } }, { files: { 'samples/bad.json': sample({ text: 'a' }, { text: 'b' }) } }];
      for (const wish of bad) expect((await publish({ as: caller, ...wish })).events.at(-1)?.status).toBe('failed');
      const better = await publish({ as: caller });
      expect(better.events.at(-1)).toMatchObject({ stage: 'listed', status: 'succeeded' });
      expect((await versionsOf(caller)).map(({ state }) => state)).toEqual(['ready']);
    });

    it('says of every sample how it went', async () => {
      const { events } = await publish({ files: { 'samples/bad.json': sample({ text: 'hello' }, { text: 'goodbye' }) } });
      expect(events.at(-1)?.detail).toMatchObject({
        failed: 1,
        total: 2,
        samples: [
          { name: 'bad', passed: false, problems: [{ path: 'text', message: 'should be "goodbye", is "hello"' }] },
          { name: 'hello', passed: true, problems: [] },
        ],
      });
    });

    it('may not run for longer than a trial does, and says how long that is; one that is only slow is measured by fewer runs', async () => {
      const engine = newEngine('hurried', { trialMs: 3_000 });
      const by = newPublishing({ engine });
      const slow = (delayMs: number): Wish => ({ by, manifest: { runtime: { name: 'echo', range: '*', options: { delayMs } } } });
      const endless = await publish(slow(9_000));
      const once = await publish(slow(1_600));
      await engine.close();
      expect(endless.events.at(-1)).toMatchObject({
        stage: 'samples-run',
        status: 'failed',
        message: 'trial echo@1.0.0 was ended: its samples may take 3 s together',
        detail: { code: 'ENGINE.TRIAL_TOO_LONG', limitMs: 3_000, fix: expect.any(String) },
      });
      expect((await versionsOf(endless.caller)).map(({ state }) => state)).toEqual(['rejected']);
      expect(once.events.find(({ stage, status }) => stage === 'measured' && status === 'succeeded')?.detail).toMatchObject({ runs: 1, latencyMs: { p50: expect.any(Number) } });
    });

    it('is refused at once where the request itself is wrong', async () => {
      const caller = await organization();
      const listed = (path: string): Wish => ({ as: caller, listed: [{ path, sha256: 'a'.repeat(64), size: 1 }] });
      for (const path of ['../up', '/etc/passwd', 'a\\b', 'C:/x', 'a\0']) await expect(publish(listed(path))).rejects.toMatchObject({ code: 'PACKAGE.PATH_INVALID' });
      await expect(publish({ as: caller, manifest: { artifacts: [{ path: '../weights.bin' }] } })).rejects.toMatchObject({ code: 'PACKAGE.MANIFEST_INVALID' });
      await expect(publish({ as: caller, manifest: { price: { unit: 'image', amount: '1', currency: 'usd' } } })).rejects.toMatchObject({ code: 'PACKAGE.MANIFEST_INVALID' });
      await expect(publish({ as: caller, channel: 'No!' })).rejects.toMatchObject({ code: 'PUBLISHING.REQUEST_INVALID' });
      await expect(publish({ as: caller, listed: [{ path: 'a', sha256: 'x', size: -1 }] })).rejects.toMatchObject({ code: 'PUBLISHING.REQUEST_INVALID', details: { problems: [{ path: 'files[0].sha256' }, { path: 'files[0].size' }] } });
      expect(await context.database().withTenant(caller.organizationId, (tx) => tx.publication.count())).toBe(0);
    });

    it('may not use a file that only another organization has sent', async () => {
      const other = await organization();
      const secret = await upload(other, { 'weights.bin': 'secret weights' });
      const caller = await organization();
      const own = await upload(caller, { ...FILES, 'weights.bin': undefined });
      const { events } = await publish({ as: caller, listed: [...own, ...secret] });
      const missing = events.at(-1);
      expect(missing).toMatchObject({ stage: 'uploaded', status: 'failed', detail: { code: 'PUBLISHING.FILES_NOT_UPLOADED', paths: ['weights.bin'] } });
      const nobodys = await publish({ as: caller, listed: [...own, { path: 'weights.bin', sha256: 'a'.repeat(64), size: 14 }] });
      // The same answer as for a file that nobody has.
      expect(nobodys.events.at(-1)?.message).toBe(missing?.message);
    });

    it('is announced with the sizes of its files', async () => {
      const caller = await organization();
      const sent = await upload(caller, FILES);
      const { events } = await publish({ as: caller, listed: sent.map((file) => ({ ...file, size: file.size + 1 })) });
      expect(events.at(-1)).toMatchObject({ stage: 'uploaded', detail: { code: 'PUBLISHING.FILE_SIZE_DIFFERS' } });
    });
  });

  it('keeps a version number for the content that it was given first', async () => {
    const { caller } = await publish();
    const other = await publish({ as: caller, files: { 'weights.bin': 'other weights' } });
    expect(other.events.at(-1)).toMatchObject({ stage: 'verified', status: 'failed', detail: { code: 'CATALOG.VERSION_EXISTS', sameContent: false } });
    const same = await publish({ as: caller });
    expect(same.events.at(-1)).toMatchObject({ detail: { code: 'CATALOG.VERSION_EXISTS', sameContent: true } });
    expect((await versionsOf(caller)).map(({ state }) => state)).toEqual(['ready']);
  });

  it('refuses a version that breaks callers of the one before it, unless its number says so', async () => {
    const { caller } = await publish();
    const { input, output } = MANIFEST;
    const broken = {
      input: { ...input, required: ['text', 'mood'], properties: { ...input.properties, mood: { type: 'string' } } },
      output: { ...output, required: [] },
    };
    const files = { 'samples/hello.json': '{"input": {"text": "hello", "mood": "good"}, "expected": {"text": "hello"}}', 'samples/dot.png': undefined };
    for (const dryRun of [false, true]) {
      const refused = await publish({ as: caller, dryRun, files, manifest: { version: '1.1.0', ...broken } });
      expect(refused.events.at(-1)).toMatchObject({
        stage: 'verified',
        status: 'failed',
        message: '1.1.0 would break callers of 1.0.0: input.mood: is required now; output.text: may be missing now',
        detail: { code: 'PUBLISHING.CONTRACT_BROKEN', fix: 'Publish it as 2.0.0, or keep to what callers of 1.0.0 rely on.', breaks: [{ path: 'input.mood' }, { path: 'output.text' }] },
      });
    }
    expect((await versionsOf(caller)).map(({ version }) => version)).toEqual(['1.0.0']);
    for (const version of ['2.0.0', '1.1.0']) {
      const wish: Wish = version === '1.1.0' ? { manifest: { version } } : { files, manifest: { version, ...broken } };
      expect((await publish({ as: caller, ...wish })).events.at(-1)).toMatchObject({ stage: 'listed', status: 'succeeded' });
    }
  });

  it('makes one version of a number that is published several times at once', async () => {
    const caller = await organization();
    await upload(caller, FILES);
    const runs = await Promise.all(['a', 'b', 'c'].map((weights) => publish({ as: caller, files: { 'weights.bin': weights } })));
    const ends = runs.map(({ events }) => events.at(-1)!);
    expect(ends.filter(({ status }) => status === 'succeeded')).toHaveLength(1);
    for (const { status, detail } of ends) if (status === 'failed') expect(['CATALOG.VERSION_EXISTS', 'CATALOG.VERSION_GONE']).toContain(detail?.code);
    expect((await versionsOf(caller)).map(({ state }) => state)).toEqual(['ready']);
  });

  it('runs two at a time and says of others that they wait', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => publish({ dryRun: true })));
    const queued = runs.filter(({ events }) => events[0]?.detail?.queued === true);
    expect(queued.length).toBeGreaterThanOrEqual(1);
    for (const { events } of runs) expect(events.at(-1)).toMatchObject({ stage: 'measured', status: 'succeeded' });
  });

  it('lets so many of an organization wait, and one of another come before them', async () => {
    const by = newPublishing();
    const caller = await organization();
    const files = await upload(caller, { ...FILES, 'samples/bad.json': '{' });
    const request: PublishRequest = { manifest: MANIFEST, files, public: false, dryRun: true };
    const answers = await Promise.allSettled(Array.from({ length: 30 }, () => by.publish(caller, request)));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    expect(refused).toHaveLength(8);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'PUBLISHING.TOO_MANY_WAITING', kind: 'rate-limited', retryable: true });
    const other = await publish({ by, dryRun: true, files: { 'samples/bad.json': '{' } });
    await by.idle();
    const ended = await context.database().withTenant(caller.organizationId, (tx) => tx.publication.findMany({ select: { status: true, finishedAt: true } }));
    expect(ended.map(({ status }) => status)).toEqual(Array(22).fill('failed'));
    const otherEnded = (await following.find(other.caller, other.id))!.finishedAt!;
    expect(ended.filter(({ finishedAt }) => finishedAt! > otherEnded).length).toBeGreaterThan(0);
  });

  describe('has one last event', () => {
    /** Loses what `loses` says, so many times: before it is written, or only the news that it was. */
    class Losing extends Publications {
      constructor(private readonly loses: (event: NewEvent) => boolean, private times: number, private readonly written = false) {
        super(context.database());
      }

      override async addEvent(key: PublicationKey, event: NewEvent): Promise<void> {
        const isLost = this.loses(event) && (this.times -= 1) >= 0;
        if (!isLost || this.written) await super.addEvent(key, event);
        if (isLost) throw new TypeError('the database is away');
      }
    }
    const isLast = ({ outcome }: NewEvent): boolean => outcome !== undefined;
    const outcomes = (events: readonly EventRecord[]) => events.filter(({ stage, status }) => status === 'failed' || (stage === 'measured' && status === 'succeeded')).map(({ status }) => status);

    it('though the database was away when it was to be written', async () => {
      const { caller, id, events } = await publish({ by: newPublishing({ using: new Losing(isLast, 3) }), files: { 'samples/bad.json': '{' } });
      expect(events.at(-1)).toMatchObject({ stage: 'verified', status: 'failed', detail: { code: 'PACKAGE.SAMPLE_INVALID', message: expect.any(String), fix: expect.any(String) } });
      expect(outcomes(events)).toEqual(['failed']);
      expect(await following.find(caller, id)).toMatchObject({ status: 'failed', error: { code: 'PACKAGE.SAMPLE_INVALID' } });
    });

    it('though nobody was told that it was written', async () => {
      const by = newPublishing({ using: new Losing(isLast, 1, true) });
      const { caller, id } = await publish({ by, dryRun: true });
      await by.idle();
      expect(outcomes(await following.eventsOf({ tenantId: caller.organizationId, id }))).toEqual(['succeeded']);
      expect(await following.find(caller, id)).toMatchObject({ status: 'succeeded', error: null });
    });

    it('though it could not be noted that it waits', async () => {
      const by = newPublishing({ using: new Losing(({ detail }) => detail?.queued === true, 1) });
      const runs = await Promise.all(Array.from({ length: 3 }, () => publish({ by, dryRun: true })));
      for (const { events } of runs) expect(outcomes(events)).toEqual(['succeeded']);
    });
  });

  it('tells a follower who comes late everything, one of another organization nothing, and lets one go who leaves', async () => {
    const { caller, id, events } = await publish({ dryRun: true });
    const again: EventRecord[] = [];
    for await (const event of await following.follow(caller, id)) again.push(event);
    expect(again).toEqual(events);
    const stranger = await organization();
    await expect(following.follow(stranger, id)).rejects.toMatchObject({ code: 'PUBLISHING.PUBLICATION_NOT_FOUND' });
    expect(await following.find(stranger, id)).toBeUndefined();
    expect(await following.find(caller, 'no-id')).toBeUndefined();

    const waiting = await waitingPublication(caller);
    const follower = await following.follow(caller, waiting);
    const next = follower.next();
    await follower.return?.();
    expect(await next).toMatchObject({ done: true });
  });

  async function waitingPublication(caller: Caller, events: [string, object?][] = []): Promise<string> {
    const id = newId();
    const tenantId = caller.organizationId;
    await context.database().withTenant(tenantId, async (tx) => {
      await tx.publication.create({ data: { tenantId, id, modelName: 'echo', version: '1.0.0', actorId: 'key', request: {} } });
      for (const [index, [stage, detail = {}]] of events.entries()) {
        await tx.publicationEvent.create({ data: { tenantId, publicationId: id, seq: index + 1, stage, status: 'started', message: '', detail } });
      }
    });
    return id;
  }

  it('ends, at start, what a crash left running', async () => {
    const { caller } = await publish();
    await publish({ as: caller, manifest: { version: '1.1.0' } });
    const versions = await versionsOf(caller);
    const testing = versions.find(({ version }) => version === '1.1.0')!;
    await context.database().withTenant(caller.organizationId, (tx) => tx.modelVersion.updateMany({ where: { id: testing.id }, data: { state: 'testing' } }));
    const crashed = await waitingPublication(caller, [['verified', { versionId: testing.id }], ['loaded']]);
    const early = await waitingPublication(caller);
    await new RecoverPublications(publications, catalog, config(), silentLogger).onApplicationBootstrap();
    expect(await following.find(caller, crashed)).toMatchObject({ status: 'failed', error: { code: 'PUBLISHING.INTERRUPTED' } });
    expect((await publications.read({ tenantId: caller.organizationId, id: crashed }))?.events.at(-1)).toMatchObject({ seq: 3, stage: 'loaded', status: 'failed', detail: { fix: expect.any(String) } });
    expect(await following.find(caller, early)).toMatchObject({ status: 'failed' });
    expect((await versionsOf(caller)).map(({ state }) => state)).toEqual(['ready', 'rejected']);
    expect(await publications.unfinished()).toEqual([]);
    const again = await publish({ as: caller, manifest: { version: '1.1.0' } });
    expect(again.events.at(-1)).toMatchObject({ stage: 'listed', status: 'succeeded' });
  });
});
