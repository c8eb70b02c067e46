import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFixture, outcomes } from '../../test/engine-fixture.js';
import { probeProtections } from './protections.js';

describe('probing what protects this machine', () => {
  let tools: string;

  beforeEach(async () => {
    tools = await mkdtemp(join(tmpdir(), 'tools-'));
    await symlink('/bin/true', join(tools, 'true'));
  });
  afterEach(() => rm(tools, { recursive: true }));

  const install = async (name: string, script: string): Promise<void> => {
    await writeFile(join(tools, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(tools, name), 0o755);
  };
  const probe = () => probeProtections({ readable: [], packages: [], toolPath: [tools], timeoutMs: 1_000 });

  it.each(['bwrap', 'unshare', 'setpriv', 'prlimit'])('fails when %s is installed and gives no answer', async (tool) => {
    await install(tool, 'exec sleep 20');
    await expect(probe()).rejects.toMatchObject({ code: 'ENGINE.PROTECTION_UNTRIED', retryable: true, details: { tool, reason: 'it ended with SIGKILL' } });
  });

  it('fails when the machine lacks what a tool needs for the moment', async () => {
    await install('bwrap', 'echo "bwrap: Creating new namespace failed: Resource temporarily unavailable" >&2; exit 1');
    await expect(probe()).rejects.toMatchObject({ code: 'ENGINE.PROTECTION_UNTRIED', message: expect.stringContaining('Resource temporarily unavailable') });
  });

  it('reports as missing what is not installed, and what says that it does not work here', async () => {
    await install('bwrap', 'echo "bwrap: No permissions to create a new namespace" >&2; exit 1');
    const { sandbox, prlimit, report } = await probe();
    expect([sandbox, prlimit]).toEqual([undefined, undefined]);
    expect(report).toContainEqual({ name: 'own-files', active: false, reason: expect.stringMatching(/^bwrap: No permissions to create a new namespace/) });
    expect(report).toContainEqual({ name: 'memory-limit', active: false, reason: 'the tool is not installed' });
  });
});

describe('the first launch of an engine', () => {
  it('does not decide about the next ones when it fails', async () => {
    const place = await mkdtemp(join(tmpdir(), 'first-'));
    const workDir = join(place, 'work');
    await chmod(place, 0o755);
    await writeFile(workDir, 'a file where the folder is to be');
    const { addModel, call, close } = await createFixture({}, { workDir });
    try {
      await addModel('echo');
      expect(await outcomes([call('echo', {})])).toEqual(['ENGINE.LOAD_FAILED']);
      await rm(workDir);
      expect(await call('echo', { n: 1 })).toEqual({ n: 1 });
    } finally {
      await close();
      await rm(place, { recursive: true });
    }
  });
});
