import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { probeProtections } from './protections.js';
import { runnerCommand } from './runner-command.js';
import { RunnerFolders } from './runner-folder.js';
import { handFilter, packageFolders } from './sandbox.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const tools = await probeProtections({ readable: [process.execPath], packages: await packageFolders([here]) });
const announced = process.env['STEELYARD_TEST_SANDBOX'] !== undefined;

/** What a model that has taken over its runner would try. Each entry is an expression; its value or error code is reported, and then it ends: the socket would hold it. */
const ATTEMPTS = `
  const fs = require('node:fs'); const net = require('node:net'); const path = require('node:path'); const { spawnSync } = require('node:child_process');
  const [ownModel, otherModel, secret, enginePid] = process.argv.slice(2);
  const attempt = (act) => { try { return act() ?? 'done'; } catch (error) { return error.code ?? error.name; } };
  const found = {
    'reads its own model': attempt(() => fs.readFileSync(path.join(ownModel, 'weights'), 'utf8')),
    'writes to its own model': attempt(() => fs.writeFileSync(path.join(ownModel, 'weights'), 'x')),
    'reads the model of another': attempt(() => fs.readFileSync(path.join(otherModel, 'weights'), 'utf8')),
    'reads a secret of the engine': attempt(() => fs.readFileSync(secret, 'utf8')),
    'reads the users of the machine': attempt(() => fs.readFileSync('/etc/passwd', 'utf8').length),
    'reads settings beside the packages': attempt(() => fs.readFileSync(process.argv[8], 'utf8').length),
    'sees the engine': attempt(() => fs.readdirSync('/proc/' + enginePid).length),
    'signals the engine': attempt(() => process.kill(Number(enginePid), 0)),
    'starts a shell': attempt(() => spawnSync('/bin/sh', ['-c', 'id']).error),
    'writes to its home': attempt(() => fs.writeFileSync(path.join(process.env.HOME, 'x'), 'x')),
    'writes to the root': attempt(() => fs.writeFileSync('/x', 'x')),
    'writes to its packages': attempt(() => fs.writeFileSync(require.resolve('jest/package.json', { paths: [process.argv[6]] }), 'x')),
    'fills its temporary folder': attempt(() => { const part = Buffer.alloc(2 ** 20); for (let n = 0; n < 100; n++) fs.appendFileSync(path.join(process.env.TMPDIR, 'x'), part); }),
  };
  const socket = net.connect({ host: '127.0.0.1', port: Number(process.argv[7]) });
  const end = (word) => { found['calls the engine by TCP'] = word; console.error(JSON.stringify(found)); process.exit(0); };
  socket.once('connect', () => end('done')).once('error', (error) => end(error.code));
`;

(tools.sandbox || announced ? describe : describe.skip)('a process in the sandbox of runners', () => {
  let root: string;
  let found: Record<string, string>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sandbox-'));
    await chmod(root, 0o755);
    const write = async (path: string, text: string) => {
      await mkdir(join(root, path, '..'), { recursive: true });
      await writeFile(join(root, path), text);
      return join(root, path);
    };
    await write('models/own/weights', 'own weights');
    await write('models/other/weights', 'weights of another');
    const secret = await write('operator.key', 'sy_secret');
    const script = await write('models/own/attempts.cjs', ATTEMPTS);
    const folders = await RunnerFolders.create(join(root, 'work'), tools.ownUid);
    const uid = tools.ownUid ? 61_184 : undefined;
    const folder = await folders.make(uid);
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    const { file, args, sandbox } = runnerCommand(tools, { runnerEntry: script, memoryMb: 64, baseMb: 512, uid, folder, modelDir: join(root, 'models/own') });
    const child = spawn(file, [...args, join(root, 'models/own'), join(root, 'models/other'), secret, String(process.pid), here, String(port), join(repository, 'package.json')], {
      cwd: folder.home,
      env: { HOME: folder.home, TMPDIR: folder.tmp },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    handFilter(child, sandbox?.filter);
    let report = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (report += text));
    await new Promise((closed) => child.once('close', closed));
    server.close();
    found = JSON.parse(report) as Record<string, string>;
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  it('finds its own model, and nothing else', () => {
    expect(found).toEqual({
      'reads its own model': 'own weights',
      'writes to its own model': 'EROFS',
      'reads the model of another': 'ENOENT',
      'reads a secret of the engine': 'ENOENT',
      'reads the users of the machine': 'ENOENT',
      'reads settings beside the packages': 'ENOENT',
      'sees the engine': 'ENOENT',
      'signals the engine': 'ESRCH',
      'starts a shell': expect.objectContaining({ code: 'ENOENT' }),
      'writes to its home': 'EROFS',
      'writes to the root': 'EROFS',
      'writes to its packages': 'EROFS',
      'fills its temporary folder': 'ENOSPC',
      'calls the engine by TCP': expect.stringMatching(/^(EPERM|ENETUNREACH|ECONNREFUSED)$/),
    });
  });
});
