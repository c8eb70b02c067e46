import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppError } from '@steelyard/kernel';
import { FrameKind, FrameSocket, type HelloHeader } from '@steelyard/wire';
import { engineErrors } from '../errors.js';
import type { RunnerFolder } from './runner-folder.js';
import { runnerEnvironment, type RunnerCommand } from './runner-command.js';
import { RunnerLink } from './runner-link.js';
import { handFilter } from './sandbox.js';
import { StderrTail } from './stderr-tail.js';

/** How long to wait for the rest of stderr once the process has ended. */
const STDERR_REST_MS = 100;

export interface RunnerProcessOptions {
  readonly command: RunnerCommand;
  readonly folder: RunnerFolder;
  readonly uid: number | undefined;
  readonly label: string;
  readonly runtimePackage: string;
  readonly packageFolder: string;
  readonly answerBytes: number;
}

export interface RunnerExit {
  /** Why we ended it, or `crashed` when we did not. */
  readonly reason: string;
  /** How it ended, for people: `signal SIGKILL`, `exit code 1`, or why it never started. */
  readonly how: string;
  readonly stderr: string;
}

export interface Limit {
  readonly timeoutMs: number;
  /** Why the process is ended when the time is up. */
  readonly reason: string;
  /** The error for an end of the process, early or by this limit; `text` says what happened. */
  failure: (exit: RunnerExit, text: string) => AppError;
}

/** The failure of everything up to a loaded model. */
export function loadFailure(label: string) {
  return ({ stderr }: RunnerExit, reason: string): AppError => engineErrors.LOAD_FAILED({ label, reason, ...(stderr && { stderr }) });
}

/**
 * One child process and the socket to it. It listens in the runner's own folder, takes the one connection that knows the
 * token, and stops listening. Whichever of process and socket ends first takes the other with it.
 */
export class RunnerProcess {
  readonly link = new RunnerLink();
  /** Resolves when the process is gone. Never rejects. */
  readonly exited: Promise<RunnerExit>;
  readonly #options: RunnerProcessOptions;
  readonly #token = randomBytes(24).toString('hex');
  readonly #server: Server;
  readonly #child: ChildProcess;
  readonly #greeted: Promise<void>;
  #frames: FrameSocket | undefined;
  #reason: string | undefined;
  #gone = false;
  #innerPid: number | undefined;

  private constructor(options: RunnerProcessOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    let greet = () => {};
    this.#greeted = new Promise((resolve) => (greet = resolve));
    server.on('connection', (socket) => this.#accept(socket, greet));
    this.#child = this.#spawn();
    // Where the machine has no descriptors left there is a child without pipes, which says so by an event.
    const stderr = new StderrTail(this.#child.stderr ?? Readable.from([]));
    this.exited = this.#watch(stderr);
  }

  static async start(options: RunnerProcessOptions): Promise<RunnerProcess> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.folder.socketPath, resolve));
    if (options.uid !== undefined) await chown(options.folder.socketPath, options.uid, options.uid);
    return new RunnerProcess(options, server);
  }

  /** Of the process that runs the model; until it has said hello, that of what started it. */
  get pid(): number | undefined {
    return this.#innerPid ?? this.#child.pid;
  }

  /** Waits for the runner's first word; kills it when that takes too long. Rejects with `ENGINE.LOAD_FAILED`. */
  async greeted(timeoutMs: number): Promise<void> {
    await this.within({ timeoutMs, reason: 'start-deadline', failure: loadFailure(this.#options.label) }, this.#greeted);
  }

  /** The result of `work`, unless the process ends first or the time is up, which ends the process. */
  async within<T>({ timeoutMs, reason, failure }: Limit, work: Promise<T>): Promise<T> {
    work.catch(() => {});
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.kill(reason);
    }, timeoutMs);
    const lost = this.exited.then((exit): never => {
      throw failure(exit, exit.reason === reason ? `it took longer than ${timeoutMs} ms` : `it ended with ${exit.how}`);
    });
    lost.catch(() => {});
    try {
      const result = await Promise.race([lost, work]);
      // It came between the kill and the end of the process.
      return late ? await lost : result;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it at once. The first reason counts. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#signal();
  }

  /** Asks it to close, and ends it when it does not. */
  async close(reason: string, graceMs: number): Promise<void> {
    this.#reason ??= reason;
    this.#frames?.send(FrameKind.close, 0, {});
    this.#frames?.flush();
    const timer = setTimeout(() => this.#signal(), this.#frames ? graceMs : 0);
    await this.exited;
    clearTimeout(timer);
  }

  #spawn(): ChildProcess {
    const { command, folder, label, runtimePackage, packageFolder } = this.#options;
    const { socketPath, home, tmp } = folder;
    // In a process group of its own: Ctrl-C is for us, and a kill takes its children along.
    const child = spawn(command.file, command.args, {
      cwd: home,
      env: runnerEnvironment({ socketPath, token: this.#token, runtimePackage, packageFolder, label, home, tmp }),
      stdio: ['ignore', 'ignore', 'pipe', ...(command.sandbox ? ['pipe' as const] : [])],
      detached: true,
    });
    handFilter(child, command.sandbox?.filter);
    return child;
  }

  async #watch(stderr: StderrTail): Promise<RunnerExit> {
    const how = await new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(`no process: ${error.message}`));
      this.#child.once('exit', (code, signal) => resolve(howEnded(code, signal)));
    });
    this.#gone = true;
    this.#server.close();
    this.#frames?.destroy();
    await Promise.race([stderr.ended, delay(STDERR_REST_MS, undefined, { ref: false })]);
    this.#child.stderr?.destroy();
    return { reason: this.#reason ?? 'crashed', how, stderr: stderr.text };
  }

  #accept(socket: Socket, greet: () => void): void {
    let known = false;
    const frames = new FrameSocket(socket, {
      maxFrameBytes: this.#options.answerBytes,
      onFrame: (frame) => {
        if (known) return this.link.receive(frame);
        const hello = frame.header as Partial<HelloHeader> | undefined;
        if (this.#frames || frame.kind !== FrameKind.hello || hello?.token !== this.#token) return frames.destroy();
        known = true;
        this.#frames = frames;
        if (this.#options.command.sandbox) this.#innerPid = youngestDescendant(this.#child.pid!);
        this.link.connect(frames);
        this.#server.close();
        greet();
      },
      onClose: (error) => {
        // Once it was told to close, it may take its time for that.
        if (known && this.#reason === undefined) this.kill(error && !isSocketError(error) ? 'protocol' : 'crashed');
      },
    });
  }

  #signal(): void {
    const { pid } = this.#child;
    if (this.#gone || pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // No such group: it has not become one yet, or is gone.
      this.#child.kill('SIGKILL');
    }
  }
}

/** A sandbox passes its process's end on as a shell does: 128 and the number of the signal. */
function howEnded(code: number | null, signal: NodeJS.Signals | null): string {
  const passedOn = Object.entries(constants.signals).find(([, number]) => code !== null && number === code - 128)?.[0];
  return signal || passedOn ? `signal ${signal ?? passedOn}` : `exit code ${code}`;
}

/** The end of the chain of first children, as Linux tells it; the process itself where it does not. */
function youngestDescendant(pid: number): number {
  for (let last = pid; ; ) {
    const [child] = readChildren(last);
    if (child === undefined) return last;
    last = child;
  }
}

function readChildren(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The operating system's: the other end is gone, which says nothing of what it sent. */
function isSocketError(error: Error): boolean {
  return 'syscall' in error;
}
