import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirmDevice, embeddedTestServer, newName, repositoryRoot, runNode, SharedPlatform, signInAs, type CliResult } from '@steelyard/test-support';

const STEELYARD = join(repositoryRoot, 'sdk/cli/bin/steelyard.mjs');
const DIGITS = join(repositoryRoot, 'plugins/models/digits');

describe('signing in from a terminal', () => {
  const [acme, others] = [newName('acme'), newName('others')];
  const owner = `owner@${acme}.example`;
  let platform: SharedPlatform;
  let home: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'steelyard-terminal-'));
    platform = await SharedPlatform.on(embeddedTestServer);
    await platform.openOrganization(acme, '1.00');
    env = { PATH: process.env['PATH'], HOME: home, STEELYARD_URL: platform.publicUrl };
  }, 60_000);

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const steelyard = (...args: string[]) => runNode([STEELYARD, ...args], { env, cwd: home });

  /** Runs `steelyard login`; `answer` is given what it says until it holds an address, as a person would be. */
  async function logIn(args: readonly string[], answer: (said: string) => Promise<unknown> | undefined): Promise<CliResult> {
    const child = spawn(process.execPath, [STEELYARD, 'login', '--json', ...args], { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let answered: Promise<unknown> | undefined;
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      answered ??= answer(stderr);
    });
    const code = await new Promise<number | null>((done) => child.once('close', done));
    await answered;
    return { code, stdout, stderr };
  }

  it('goes through the browser of the same machine, and then acts for the organization', async () => {
    const result = await logIn([], (said) => {
      const address = /http\S+/.exec(said)?.[0];
      return address && said.endsWith('\n') ? signInAs(owner, address) : undefined;
    });
    expect(result).toMatchObject({ code: 0 });
    expect(JSON.parse(result.stdout)).toMatchObject({ organization: acme, person: { email: owner } });

    const who = await steelyard('whoami', '--json');
    expect(JSON.parse(who.stdout)).toMatchObject({ role: 'OWNER', keyId: null, organization: { handle: acme } });
    const published = await steelyard('publish', DIGITS, '--json');
    expect(published).toMatchObject({ code: 0 });
    const ran = await steelyard('run', `${acme}/digits`, '--image', join(DIGITS, 'samples/seven.png'), '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ output: { label: '7' } });
  }, 60_000);

  it('takes a code on another device', async () => {
    const result = await logIn(['--device'], (said) => {
      const address = /or open (\S+)\n/.exec(said)?.[1];
      return address === undefined ? undefined : confirmDevice(address, owner);
    });
    expect(result).toMatchObject({ code: 0 });
    expect(JSON.parse(result.stdout)).toMatchObject({ organization: acme });
  }, 60_000);

  it('acts for one’s own organizations alone, and no longer than one is signed in', async () => {
    await platform.openOrganization(others);
    const stranger = await steelyard('use', others);
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining(`you belong to no organization ${others}`) });
    const forOthers = await steelyard('balance', '--org', others);
    expect(forOthers).toMatchObject({ code: 3, stderr: expect.stringContaining('NOT_A_MEMBER') });
    expect(await steelyard('logout')).toMatchObject({ code: 0 });
    expect(await steelyard('whoami')).toMatchObject({ code: 3 });
  }, 30_000);
});
