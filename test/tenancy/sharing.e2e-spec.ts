import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { describePlatform, newName, signInAs, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

describePlatform('models for some', (context) => {
  const [acme, bob, eve] = [newName('acme'), newName('bob'), newName('eve')];
  const keys: Record<string, string> = {};
  let platform: SharedPlatform;

  beforeAll(async () => {
    platform = context.platform();
    for (const handle of [acme, bob, eve]) keys[handle] = await platform.openOrganization(handle, '1.00');
    await platform.publish(keys[acme]!, await writeEchoPackage({ name: 'mine' }));
  }, 90_000);

  const cli = async (handle: string, ...args: string[]) => {
    const { code, stdout, stderr } = await platform.cli(keys[handle] ?? handle, ...args);
    return code === 0 ? stdout : `${code} ${stderr}`;
  };
  const call = async (handle: string) => {
    const { status, body } = await platform.predict(keys[handle]!, `${acme}/mine`, { text: 'hello' });
    return status === 200 ? 200 : (body.error.code as string);
  };

  it('are shared and taken back by command; who calls pays as ever', async () => {
    expect([await call(bob), await call(eve)]).toEqual(['CATALOG.MODEL_NOT_FOUND', 'CATALOG.MODEL_NOT_FOUND']);
    expect(await cli(acme, 'model', 'share', 'mine', '--with', bob)).toContain(bob);
    expect([await call(bob), await call(eve)]).toEqual([200, 'CATALOG.MODEL_NOT_FOUND']);
    expect((await platform.settledBalance(keys[bob]!)).availableNano).toBe('999000000');
    expect(await cli(bob, 'models', '--shared')).toMatch(new RegExp(`${acme}/mine +custom +shared with you`));
    expect(await cli(acme, 'model', 'share', 'mine', '--with', bob, '--stop')).toContain('shared with nobody');
    expect(await call(bob)).toBe('CATALOG.MODEL_NOT_FOUND');
  });

  it('are unlisted: called and typed by name, and in no list', async () => {
    expect(await cli(acme, 'model', 'visibility', 'mine', 'unlisted')).toBe(`${acme}/mine is unlisted now\n`);
    expect(await call(eve)).toBe(200);
    expect(await cli(eve, 'models', '--owner', acme)).toContain('There are no such models');
    const types = join(await mkdtemp(join(tmpdir(), 'steelyard-types-')), 'models.ts');
    await cli(eve, 'generate', '--out', types);
    expect(await readFile(types, 'utf8')).not.toContain(`${acme}/mine`);
    await cli(eve, 'generate', '--out', types, '--model', `${acme}/mine`);
    expect(await readFile(types, 'utf8')).toContain(`'${acme}/mine': `);
  });

  it('are reported by who is signed in, taken down, appealed and restored', async () => {
    const { browser } = await signInAs('ada@reporter.example', `${platform.url}/auth/sign-in`);
    const [, session] = /\bsteelyard=([^;]+)/.exec(browser.cookieFor(browser.url))!;
    const { reportAbuse } = await platform.graphql(session, 'mutation ($ref: String!) { reportAbuse(input: { ref: $ref, kind: RIGHTS, text: "It is mine." }) }', { ref: `${acme}/mine` });
    const operate = (...args: string[]) => cli(platform.operatorKey, 'operator', ...args, '--operator-key-file', join(platform.dataDir, 'operator.key'));
    expect(await operate('reports')).toMatch(new RegExp(`${reportAbuse} +${acme}/mine +rights +open .*It is mine\\.`));

    expect(await operate('takedown', `${acme}/mine`, '--reason', 'not theirs')).toContain('is taken down: not theirs');
    expect([await call(bob), await call(acme)]).toEqual(['CATALOG.MODEL_TAKEN_DOWN', 'CATALOG.MODEL_TAKEN_DOWN']);
    expect(await cli(eve, 'run', `${acme}/mine`, 'text=hello')).toContain('not theirs');
    expect(await cli(eve, 'models', `${acme}/mine`)).toMatch(/^1 /);
    expect(await cli(acme, 'models', `${acme}/mine`)).toMatch(/has taken it down[^]*not theirs[^]*steelyard model appeal/);
    expect(await cli(acme, 'model', 'appeal', 'mine', '--note', 'It is ours.')).toContain('the operator has your note');
    expect(await operate('takedowns')).toMatch(/not theirs +It is ours\. +to decide/);
    await operate('restore', `${acme}/mine`, '--reason', 'it is');
    expect([await call(bob), await call(acme)]).toEqual([200, 200]);
    expect(await cli(acme, 'models', `${acme}/mine`)).toMatch(/had taken it down[^]*Restored/);
  }, 60_000);

  it('are not made public without saying what for', async () => {
    const manifest = (await readFile(join(await writeEchoPackage({ name: 'silent' }), 'model.yaml'), 'utf8')).replace('intendedUse: For tests.\n', '');
    const silent = await writeEchoPackage({ name: 'silent', manifest });
    expect(await cli(acme, 'publish', silent, '--public')).toMatch(/does not state intendedUse[^]*CATALOG\.NOT_FIT_FOR_PUBLIC/);
    await platform.publish(keys[acme]!, silent);
    expect(await cli(acme, 'model', 'visibility', 'silent', 'public')).toMatch(/does not state intendedUse[^]*CATALOG\.NOT_FIT_FOR_PUBLIC/);
    expect(await cli(acme, 'model', 'visibility', 'silent', 'unlisted')).toContain('unlisted');
  }, 60_000);
});
