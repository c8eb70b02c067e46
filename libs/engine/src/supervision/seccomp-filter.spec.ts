import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { seccompFilter } from './seccomp-filter.js';

const ALLOW = 'allow';
const NUMBERS = { x64: { arch: 0xc000003e, read: 0, ptrace: 101, clone: 56, clone3: 435, socket: 41 }, arm64: { arch: 0xc00000b7, read: 63, ptrace: 117, clone: 220, clone3: 435, socket: 198 } } as const;

/** Runs the program as the kernel does, on a call with one argument. */
function decide(program: Buffer, call: { arch: number; number: number; argument?: number }): string {
  const data: Record<number, number> = { 0: call.number, 4: call.arch, 16: call.argument ?? 0 };
  let loaded = 0;
  for (let at = 0; at < program.length; at += 8) {
    const value = program.readUInt32LE(at + 4);
    const jump = (holds: boolean): number => 8 * program.readUInt8(at + (holds ? 2 : 3));
    const code = program.readUInt16LE(at);
    if (code === 0x20) loaded = data[value]!;
    else if (code === 0x15) at += jump(loaded === value);
    else if (code === 0x35) at += jump(loaded >= value);
    else if (code === 0x45) at += jump((loaded & value) !== 0);
    else if (code === 0x06) return value === 0x7fff0000 ? ALLOW : value === 0x80000000 ? 'kill' : `errno ${value & 0xffff}`;
  }
  return 'ran off its end';
}

describe.each(['x64', 'arm64'] as const)('the system call filter for %s', (processor) => {
  const program = seccompFilter(processor)!;
  const { arch, ...numbers } = NUMBERS[processor];

  it('lets ordinary calls, threads and Unix sockets pass', () => {
    expect(decide(program, { arch, number: numbers.read })).toBe(ALLOW);
    expect(decide(program, { arch, number: numbers.clone, argument: 0x3d0f00 })).toBe(ALLOW);
    expect(decide(program, { arch, number: numbers.socket, argument: 1 })).toBe(ALLOW);
  });

  it('refuses what models have no use for, new namespaces and other sockets, and hides clone3', () => {
    expect(decide(program, { arch, number: numbers.ptrace })).toBe('errno 1');
    expect(decide(program, { arch, number: numbers.clone, argument: 0x10000000 })).toBe('errno 1');
    expect(decide(program, { arch, number: numbers.socket, argument: 2 })).toBe('errno 1');
    expect(decide(program, { arch, number: numbers.clone3 })).toBe('errno 38');
  });

  it('ends a process that calls as another processor would', () => {
    expect(decide(program, { arch: 0x40000003, number: numbers.read })).toBe('kill');
  });
});

it('has no filter for a processor that it was not written for', () => {
  expect(seccompFilter('riscv64')).toBeUndefined();
});

const bwrap = ['/usr/bin/bwrap', '/usr/local/bin/bwrap'].find((path) => existsSync(path));

/** Announced, it must be there. */
const announced = process.env['STEELYARD_TEST_SANDBOX'] !== undefined;

(bwrap || announced ? describe : describe.skip)('in the kernel', () => {
  function run(command: readonly string[], filtered: boolean) {
    const dir = mkdtempSync(join(tmpdir(), 'filter-'));
    try {
      writeFileSync(join(dir, 'filter'), seccompFilter()!);
      const args = ['--unshare-user', '--ro-bind', '/', '/', '--proc', '/proc', '--unshare-pid', '--dev', '/dev', ...(filtered ? ['--seccomp', '3'] : []), '--', ...command];
      return spawnSync(bwrap!, args, { stdio: ['ignore', 'pipe', 'pipe', openSync(join(dir, 'filter'), 'r')], encoding: 'utf8' });
    } finally {
      rmSync(dir, { recursive: true });
    }
  }

  it('a process may not make namespaces any more', () => {
    expect(run(['unshare', '-U', 'true'], false).status).toBe(0);
    const refused = run(['unshare', '-U', 'true'], true);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/not permitted/);
  });

  it('Node works, its threads too', () => {
    const script = "const { Worker } = require('node:worker_threads'); new Worker('require(\"node:worker_threads\").parentPort.postMessage(42)', { eval: true }).on('message', console.log)";
    const ran = run([process.execPath, '-e', script], true);
    expect([ran.stdout.trim(), ran.status]).toEqual(['42', 0]);
  });
});
