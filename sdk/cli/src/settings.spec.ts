import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandIo } from './command-io.js';
import { profilePath, readProfiles, writeProfile } from './profile-file.js';
import { readOperatorKey, resolveSettings } from './settings.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'steelyard-settings-'));
});
afterEach(() => rm(home, { recursive: true }));

const ioOf = (env: Record<string, string> = {}): CommandIo => ({ stdin: new PassThrough(), stdout: { write: () => true }, stderr: new PassThrough(), env: { HOME: home, ...env }, cwd: home });

describe('settings', () => {
  it('are the flags, then the environment, then the profile, then the defaults', async () => {
    expect(await resolveSettings({}, ioOf())).toEqual({ url: 'http://127.0.0.1:4700', apiKey: undefined });
    await writeProfile(profilePath(ioOf().env), 'default', { url: 'https://a.example.org', apiKey: 'stored' });
    expect(await resolveSettings({}, ioOf())).toEqual({ url: 'https://a.example.org', apiKey: 'stored' });
    const env = { STEELYARD_URL: 'https://b.example.org', STEELYARD_API_KEY: 'from-env' };
    expect(await resolveSettings({}, ioOf(env))).toEqual({ url: 'https://b.example.org', apiKey: 'from-env' });
    expect(await resolveSettings({ url: 'https://c.example.org', apiKey: 'flag' }, ioOf(env))).toEqual({ url: 'https://c.example.org', apiKey: 'flag' });
  });

  it('send a stored key to the URL that it was stored with, and to no other', async () => {
    await writeProfile(profilePath(ioOf().env), 'default', { url: 'https://a.example.org', apiKey: 'stored' });
    expect((await resolveSettings({ url: 'https://a.example.org/' }, ioOf())).apiKey).toBe('stored');
    expect((await resolveSettings({ url: 'https://a.example.org.evil.example' }, ioOf())).apiKey).toBeUndefined();
    expect((await resolveSettings({}, ioOf({ STEELYARD_URL: 'http://a.example.org' }))).apiKey).toBeUndefined();
  });

  it('keep profiles apart, in a file that is its owner\'s alone', async () => {
    const path = profilePath(ioOf().env);
    await writeProfile(path, 'default', { url: 'https://a.example.org', apiKey: '1' });
    await writeProfile(path, 'staging', { url: 'https://b.example.org', apiKey: '2' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await resolveSettings({ profile: 'staging' }, ioOf())).toEqual({ url: 'https://b.example.org', apiKey: '2' });
    expect((await resolveSettings({}, ioOf({ STEELYARD_PROFILE: 'staging' }))).apiKey).toBe('2');
    await expect(resolveSettings({ profile: 'prod' }, ioOf())).rejects.toMatchObject({ code: 'CLI.PROFILE_UNKNOWN', message: expect.stringContaining('default, staging') });
    expect(profilePath({ XDG_CONFIG_HOME: '/x', HOME: home })).toBe('/x/steelyard/config.json');
  });

  it('say what is wrong with the file', async () => {
    const path = profilePath(ioOf().env);
    await writeProfile(path, 'default', { url: 'https://a.example.org' });
    for (const text of ['{', '[]', '{"profiles":{"default":{"url":7}}}', 'null']) {
      await writeFile(path, text);
      await expect(readProfiles(path)).rejects.toMatchObject({ code: 'CLI.PROFILE_UNREADABLE', message: expect.stringContaining(path) });
    }
    expect(await readFile(path, 'utf8')).toBe('null');
  });

  it('find the operator key in the data folder', async () => {
    await expect(readOperatorKey(undefined, ioOf())).rejects.toMatchObject({ code: 'CLI.OPERATOR_KEY_MISSING' });
    await writeFile(join(home, 'operator.key'), 'sy_live_1\n');
    expect(await readOperatorKey('operator.key', ioOf())).toBe('sy_live_1');
    expect(await readOperatorKey(undefined, ioOf({ STEELYARD_DATA_DIR: home }))).toBe('sy_live_1');
  });
});
