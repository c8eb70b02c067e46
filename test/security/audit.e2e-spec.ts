import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuditEntry } from '@steelyard/audit';
import { describePlatform, newName, signInAs, writeEchoPackage, type PlatformClient } from '@steelyard/test-support';

const idOf = (key: string): string => key.split('_')[2]!;

describePlatform('the audit log of an organization', (context) => {
  const acme = newName('acme');
  let platform: PlatformClient;
  let key: string;
  let dir: string;

  beforeAll(async () => {
    platform = context.platform();
    key = await platform.openOrganization(acme, '1.00');
    dir = await mkdtemp(join(tmpdir(), 'steelyard-audit-'));
  }, 60_000);

  afterAll(() => rm(dir, { recursive: true, force: true }));

  const log = async (): Promise<AuditEntry[]> => {
    const response = await fetch(`${platform.url}/v1/audit.jsonl`, { headers: { authorization: `Bearer ${key}` } });
    return (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as AuditEntry);
  };
  const of = (entries: readonly AuditEntry[], kind: string) => entries.filter(({ object }) => object.kind === kind);

  it('begins with who opened it', async () => {
    const [first] = await log();
    expect(first).toMatchObject({ seq: 1, action: 'created', object: { kind: 'organization' }, actor: { id: idOf(platform.operatorKey), kind: 'operator' } });
  });

  it('names the key, the request and the change, of whatever is changed by a mutation', async () => {
    const requestId = `audit-${newName('request')}`;
    const send = (query: string) =>
      fetch(`${platform.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-request-id': requestId }, body: JSON.stringify({ query }) });
    const before = (await log()).length;
    await send('mutation { renameOrganization(name: "Acme & Sons") { name } }');
    await send('mutation { createApiKey(input: { name: "worker", scopes: ["predict"] }) { apiKey { id } } }');
    await send('mutation { inviteMember(input: { email: "bo@acme.example", role: VIEWER }) { invitation { id } } }');
    await send('mutation { createBudget(input: { name: "all", limit: "5" }) { ... on BudgetSaved { budget { id } } } }');
    const entries = (await log()).slice(before);
    const by = { actor: { id: idOf(key), kind: 'key' }, requestId };
    expect(entries).toEqual([
      expect.objectContaining({ ...by, action: 'changed', object: expect.objectContaining({ kind: 'organization' }), changes: { name: [expect.any(String), 'Acme & Sons'] } }),
      expect.objectContaining({ ...by, action: 'created', object: expect.objectContaining({ kind: 'api_key' }) }),
      expect.objectContaining({ ...by, action: 'created', object: expect.objectContaining({ kind: 'invitation' }) }),
      expect.objectContaining({ ...by, action: 'created', object: expect.objectContaining({ kind: 'budget' }) }),
    ]);
    expect(JSON.stringify(entries)).not.toContain('bo@acme.example');
  });

  it('names people, and the reason that they give', async () => {
    const { browser } = await signInAs(`owner@${acme}.example`, `${platform.url}/auth/sign-in`);
    const ask = async (query: string) => {
      const headers = { 'content-type': 'application/json', cookie: browser.cookieFor(browser.url), origin: browser.url.origin, 'steelyard-organization': acme };
      return (await (await fetch(`${browser.url.origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })).json()) as { data: any };
    };
    await platform.publish(key, await writeEchoPackage({ name: 'echo', amount: '0.001' }), '--public');
    const { data } = await ask('{ auditEntries(object: "model_version", first: 1) { nodes { actor { id name } } } }');
    expect(data.auditEntries.nodes).toHaveLength(1);
    await ask(`mutation { releaseVersion(input: { model: "echo", channel: "beta", version: "1.0.0", reason: "to try it" }) { name } }`);
    const { data: answer } = await ask('{ auditEntries(object: "channel_event", first: 1) { nodes { reason requestId actor { kind name } changes { field after } } } }');
    expect(answer.auditEntries.nodes).toEqual([expect.objectContaining({ reason: 'to try it', requestId: expect.any(String), actor: { kind: 'PERSON', name: expect.any(String) } })]);
  });

  it('has the whole of a publication in the name of who published, and nothing of a call', async () => {
    const entries = await log();
    const versions = of(entries, 'model_version');
    expect(versions.map(({ action, actor }) => [action, actor.id])).toEqual([['created', idOf(key)], ['changed', idOf(key)]]);
    expect((await platform.predict(key, `${acme}/echo`, { text: 'hello' })).status).toBe(200);
    await platform.settledBalance(key);
    expect((await log()).length).toBe(entries.length);
  });

  it('is listed, exported and verified on the command line, which finds what is changed in the file', async () => {
    const listed = await platform.cli(key, 'audit', 'list', '--object', 'api_key', '--json');
    expect((JSON.parse(listed.stdout) as { nodes: { object: string }[] }).nodes.map(({ object }) => object)).toEqual(['api_key', 'api_key']);
    const file = join(dir, 'audit.jsonl');
    expect(await platform.cli(key, 'audit', 'export', '--output', file)).toMatchObject({ code: 0 });
    const good = await platform.cli(key, 'audit', 'verify', file, '--json');
    const { entries, lastHash } = JSON.parse(good.stdout) as { entries: number; lastHash: string };
    expect([good.code, entries]).toEqual([0, (await log()).length]);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    await writeFile(file, [...lines.slice(0, 2), lines[2]!.replace('"created"', '"removed"'), ...lines.slice(3), ''].join('\n'));
    expect(await platform.cli(key, 'audit', 'verify', file)).toMatchObject({ code: 1, stdout: expect.stringContaining('NOT VALID, line 3: entry 3 was changed') });
    await writeFile(file, lines.slice(0, -1).join('\n'));
    expect(await platform.cli(key, 'audit', 'verify', file)).toMatchObject({ code: 0 });
    expect(await platform.cli(key, 'audit', 'verify', file, '--noted', lastHash)).toMatchObject({ code: 1 });
    expect(await platform.cli(key, 'audit', 'verify', join(dir, 'none'))).toMatchObject({ code: 2 });
  });

  it('is followed by the doctor, who fails an installation for trying things out', async () => {
    const { code, stdout } = await platform.cli('', 'doctor', '--json', '--api-key', platform.operatorKey);
    const findings = JSON.parse(stdout) as { id: string; level: string; found: string; fix: string | null }[];
    const levelOf = Object.fromEntries(findings.map(({ id, level }) => [id, level]));
    expect([code, levelOf]).toEqual([1, expect.objectContaining({ 'access.public-url': 'FAIL', 'access.sign-in': 'FAIL', 'data.backups': 'WARN', 'data.migrations': 'OK', 'data.clock': 'OK', 'records.audit': 'OK' })]);
    expect(findings.filter(({ level, fix }) => level !== 'OK' && fix === null)).toEqual([]);
    expect((await platform.cli('', 'doctor', '--json', '--api-key', key)).code).toBe(3);
  });
});
