import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig, type Config } from '@steelyard/platform-config';
import { InstallationChecks } from '@steelyard/platform-observability';
import { describeDatabase, repositoryRoot } from '@steelyard/test-support';
import { accessChecks } from './access-checks.js';
import { databaseChecks } from './database-checks.js';
import { diskChecks } from './disk-checks.js';
import { runnerCheck } from './runner-check.js';
import { settingChecks } from './setting-checks.js';

const HARDENED = {
  NODE_ENV: 'production',
  STEELYARD_PUBLIC_URL: 'https://models.example.org',
  STEELYARD_OIDC_ISSUER: 'https://issuer.example.org',
  STEELYARD_KEY_PEPPER: 'p'.repeat(32),
  STEELYARD_ARTIFACT_KEYS: Buffer.alloc(32, 1).toString('base64'),
  STEELYARD_TRUSTED_PROXY_HOPS: '1',
  STEELYARD_SIGN_UP: 'operator',
};

async function accessOf(env: Record<string, string>, development = false): Promise<Record<string, string>> {
  const checks = new InstallationChecks();
  const config = loadConfig(env);
  checks.add(...accessChecks(config, { development }), ...settingChecks(config));
  return Object.fromEntries((await checks.run()).map(({ id, level }) => [id, level]));
}

describe('the checks of the settings', () => {
  it('are content with an installation that is hardened', async () => {
    expect(new Set(Object.values(await accessOf(HARDENED)))).toEqual(new Set(['ok']));
  });

  it.each([
    [{ STEELYARD_PUBLIC_URL: 'http://models.example.org' }, 'access.public-url', 'fail'],
    [{ STEELYARD_PUBLIC_URL: '' }, 'access.public-url', 'fail'],
    [{ NODE_ENV: 'development' }, 'access.environment', 'warn'],
    [{ STEELYARD_OIDC_ISSUER: 'http://issuer.example.org' }, 'access.sign-in', 'fail'],
    [{ STEELYARD_OIDC_ISSUER: '' }, 'access.sign-in', 'warn'],
    [{ STEELYARD_SIGN_UP: 'everyone' }, 'access.sign-up', 'warn'],
    [{ STEELYARD_DEMO: 'true' }, 'access.demo', 'fail'],
    [{ STEELYARD_KEY_PEPPER: '' }, 'secrets.pepper', 'warn'],
    [{ STEELYARD_ARTIFACT_KEYS: '' }, 'secrets.artifact-keys', 'warn'],
    [{ STEELYARD_TRUSTED_PROXY_HOPS: '0' }, 'network.proxy-hops', 'warn'],
    [{ STEELYARD_STRIPE_SECRET_KEY: 'sk_live_1' }, 'money.stripe-webhook', 'warn'],
    [{ STEELYARD_WEBHOOK_PRIVATE_ADDRESSES: 'true' }, 'network.webhooks', 'fail'],
  ])('see %j, and nothing else', async (change, id, level) => {
    const levels = await accessOf({ ...HARDENED, ...change });
    expect(Object.entries(levels).filter(([, found]) => found !== 'ok')).toEqual([[id, level]]);
  });

  it('fail with the development issuer, whatever else is set', async () => {
    expect((await accessOf(HARDENED, true))['access.sign-in']).toBe('fail');
  });
});

describe('the check of the sandbox', () => {
  const levelWith = async (missing: readonly string[]): Promise<string> => {
    const protections = ['memory-limit', 'no-network', 'own-files', 'own-uid'].map((name) => ({ name, active: !missing.includes(name) }));
    return (await runnerCheck({ status: () => ({ devices: [], models: [], protections }) }).look()).level;
  };

  it('fails without what keeps models from files, network or all memory, and asks to look at the rest', async () => {
    expect([await levelWith([]), await levelWith(['own-uid'])]).toEqual(['ok', 'warn']);
    for (const name of ['memory-limit', 'no-network', 'own-files']) expect(await levelWith([name])).toBe('fail');
  });
});

describe('a check that throws', () => {
  it('has failed, and the others are looked at all the same', async () => {
    const checks = new InstallationChecks();
    checks.add(
      { id: 'records.a', group: 'records', what: 'A', look: () => Promise.reject(new RangeError('gone')) },
      { id: 'access.b', group: 'access', what: 'B', look: () => ({ level: 'ok', found: 'fine' }) },
    );
    expect((await checks.run()).map(({ id, level }) => [id, level])).toEqual([['access.b', 'ok'], ['records.a', 'fail']]);
    expect(() => checks.add({ id: 'access.b', group: 'access', what: 'B', look: () => ({ level: 'ok', found: '' }) })).toThrow(TypeError);
  });
});

describeDatabase('the checks of database and disks', (context) => {
  const config = (): Pick<Config, 'databaseUrl'> => ({ databaseUrl: context.url() });

  it('look at a real one', async () => {
    const checks = new InstallationChecks();
    const dataDir = await mkdtemp(join(tmpdir(), 'steelyard-doctor-'));
    checks.add(...databaseChecks(config(), context.database()), ...diskChecks({ dataDir, usageLogDir: dataDir, usageLogSync: 'write' }));
    const found = Object.fromEntries((await checks.run()).map(({ id, level }) => [id, level]));
    expect(found).toMatchObject({ 'data.database': 'ok', 'data.migrations': 'ok', 'data.clock': 'ok', 'data.backups': 'warn', 'data.usage-log-sync': 'warn' });
    expect(['ok', 'warn', 'fail']).toContain(found['data.space']);
    expect(found['data.usage-log']).not.toBe('ok');
  });

  it('are those of the list in SECURITY.md', async () => {
    const checks = [...accessChecks(loadConfig({}), { development: false }), ...settingChecks(loadConfig({})), ...databaseChecks(config(), context.database()), ...diskChecks(loadConfig({})), runnerCheck({ status: () => ({ devices: [], models: [], protections: [] }) })];
    const listed = [...(await readFile(join(repositoryRoot, 'SECURITY.md'), 'utf8')).matchAll(/^- \[ \] (`[^:]*`):/gm)].flatMap(([, ids]) => ids!.split(', ').map((id) => id.slice(1, -1)));
    // That of the audit log is the domain's own.
    expect(listed.sort()).toEqual([...checks.map(({ id }) => id), 'records.audit'].sort());
  });
});
