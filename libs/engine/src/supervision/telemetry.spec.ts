import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPackageFolder } from '@steelyard/model-package';
import { decodeValue, encodeValue, FrameKind, type LoadedHeader } from '@steelyard/wire';
import { environmentOf, runnerEntry } from '../../test/engine-fixture.js';
import { builtInRuntimes } from '../built-in-runtimes.js';
import { defaultLimits } from '../limits.js';
import type { BatchResult } from '../queue/batch-link.js';
import { runnerEnvironment } from './runner-command.js';
import { RunnerFolders } from './runner-folder.js';
import { RunnerLauncher } from './runner-launcher.js';
import { RunnerProcess } from './runner-process.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const digits = fileURLToPath(new URL('../../../../plugins/models/digits', import.meta.url));
const runtimePackage = builtInRuntimes['onnx']!;
const ignore = () => {};
/** Of an earlier process with the same id a file may have been left. */
const begunAtMs = Date.now();

/**
 * ONNX Runtime of Linux sends usage data unless it is told not to. As soon as it is loaded it then keeps a device id and a
 * database in the home folder, and a log and a session file in the temporary one. Where `CI` is set it does not.
 */
(process.platform === 'linux' ? describe : describe.skip)('telemetry of ONNX Runtime', () => {
  let root: string;
  let launcher: RunnerLauncher;
  let folders: RunnerFolders;
  const started: RunnerProcess[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'telemetry-'));
    await chmod(root, 0o755);
    const { manifest } = await readPackageFolder(digits);
    await copyFile(join(digits, 'model.onnx'), join(root, 'model.onnx'));
    await writeFile(join(root, 'manifest.json'), JSON.stringify(manifest));
    const metrics = { batch: ignore, runnerExit: ignore, loaded: ignore, refused: ignore };
    const log = { info: ignore, warn: ignore, error: ignore };
    launcher = new RunnerLauncher({ runnerEntry, workDir: root, runtimePackages: builtInRuntimes, packageFolder: here, limits: defaultLimits, log, metrics });
    folders = await RunnerFolders.create(root, false);
  });

  afterAll(async () => {
    for (const runner of started) runner.kill('done');
    await Promise.all(started.map(({ exited }) => exited));
    await launcher.close();
    await rm(root, { recursive: true, force: true });
  });

  /** With everything that protects this machine from it: in the sandbox it could not start if it were on. */
  const launch = async () => (await launcher.launch({ label: 'protected', runtimeName: 'onnx', memoryMb: 64, modelDir: root })).process;

  /** With the network and the files of this process, and the environment that every runner has. */
  const launchBare = async () => {
    const command = { file: process.execPath, args: [runnerEntry], sandbox: undefined };
    const runner = await RunnerProcess.start({ command, folder: await folders.make(undefined), uid: undefined, label: 'bare', runtimePackage, packageFolder: here, answerBytes: 2 ** 20 });
    await runner.greeted(defaultLimits.startMs);
    return runner;
  };

  it.each([['as the engine starts it', launch], ['without protections', launchBare]])('is off in a runner %s', async (_how, start) => {
    const runner = await start();
    started.push(runner);
    await runner.link.ask<LoadedHeader>(FrameKind.load, { dir: root, device: 'cpu', threads: 1 }, FrameKind.loaded);
    const input = encodeValue({ image: readFileSync(join(digits, 'samples/seven.png')) });
    const { answers } = await new Promise<BatchResult>((done) => runner.link.run([{ input, bytes: input.length, deadlineAtMs: Date.now() + 10_000 }], done));
    expect(decodeValue(answers[0] as Uint8Array)).toMatchObject({ label: '7' });
    const pid = runner.pid!;
    const variables = environmentOf(pid);
    expect(variables.filter((entry) => entry.startsWith('CI='))).toEqual([]);
    expect(writtenBy(pid, variables)).toEqual([]);
    expect(networkSocketsOf(pid)).toEqual([]);
  });

  it('is told by the environment, before any code of ours runs', () => {
    expect(runnerEnvironment({ socketPath: '', token: '', runtimePackage, packageFolder: '', label: '', home: '', tmp: '' })).toMatchObject({ ORT_DISABLE_TELEMETRY: '1' });
  });

  it('would be seen: what a process writes, and where it connects', async () => {
    const script = `
      require('node:fs').mkdirSync(process.env.HOME + '/.cache');
      globalThis.log = require('node:fs').openSync(process.env.TMPDIR + '/mat-debug.log', 'w');
      require('node:net').createServer().listen(0, '127.0.0.1', () => process.stdout.write('ready'));
    `;
    const { home, tmp } = await folders.make(undefined);
    await chmod(home, 0o700);
    const child = spawn(process.execPath, ['-e', script], { env: { HOME: home, TMPDIR: tmp }, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      expect(writtenBy(child.pid!, environmentOf(child.pid!))).toEqual([join(home, '.cache'), join(tmp, 'mat-debug.log'), `open: ${join(tmp, 'mat-debug.log')}`]);
      expect(networkSocketsOf(child.pid!)).toHaveLength(1);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

/** What lies in its home and temporary folders, and what it holds open of files that are neither code nor devices. */
function writtenBy(pid: number, variables: readonly string[]): string[] {
  const own = ['HOME', 'TMPDIR'].map((name) => variables.find((entry) => entry.startsWith(`${name}=`))!.slice(name.length + 1));
  // A process in a sandbox has another root.
  const kept = own.flatMap((folder) => readdirSync(`/proc/${pid}/root${folder}`).map((name) => join(folder, name)));
  const shared = [tmpdir(), '/tmp', '/var/tmp'].map((folder) => join(folder, `mat-debug-${pid}.log`)).filter((path) => existsSync(path) && statSync(path).mtimeMs >= begunAtMs);
  // What an earlier suite of this process has left open is every child's.
  const inherited = new Set(linksOf(process.pid));
  const open = linksOf(pid).filter((path) => !inherited.has(path) && path.startsWith('/') && !/^\/(dev|proc)\/|\.(node|js|onnx)$/.test(path));
  return [...kept, ...new Set(shared), ...open.map((path) => `open: ${path}`)];
}

/** TCP and UDP sockets, by the tables of its network namespace. */
function networkSocketsOf(pid: number): string[] {
  const tables = ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => `/proc/${pid}/net/${name}`).filter((path) => existsSync(path));
  const inodes = new Set(tables.flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/)[9])));
  return linksOf(pid).filter((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1]));
}

function linksOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}
