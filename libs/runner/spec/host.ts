import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '@steelyard/model-package';
import { decodeValue, encodeValue, FrameKind, FrameSocket } from '@steelyard/wire';
import type { Frame, LoadedHeader, RanHeader, WireError } from '@steelyard/wire';
import { Stream } from './stream.js';
import type { ItemAnswer } from './stream.js';

const FRAME_BYTES_MAX = 64 * 1024 * 1024;
const TOKEN = 'a-token';

/** The host's side of the socket, without queues or supervision: what a spec needs to talk to one runner. */
export class Host {
  readonly dir: string;
  #server: net.Server;
  #frames: FrameSocket | undefined;
  readonly #sockets: net.Socket[] = [];
  readonly #waiting = new Map<number, (frame: Frame) => void>();
  readonly #streams = new Map<number, Stream>();
  #nextId = 1;
  child: ChildProcess | undefined;

  private constructor(dir: string, server: net.Server) {
    this.dir = dir;
    this.#server = server;
  }

  static async listen(): Promise<Host> {
    const dir = await mkdtemp(path.join(tmpdir(), 'runner-'));
    const server = net.createServer();
    const host = new Host(dir, server);
    server.listen(host.socketPath);
    await once(server, 'listening');
    return host;
  }

  get socketPath(): string {
    return path.join(this.dir, 'socket');
  }

  /** Takes the next runner that connects; gives its greeting. */
  async accept(): Promise<unknown> {
    const [socket] = (await once(this.#server, 'connection')) as [net.Socket];
    this.#sockets.push(socket);
    return new Promise((resolve) => {
      this.#frames = new FrameSocket(socket, {
        maxFrameBytes: FRAME_BYTES_MAX,
        onFrame: (frame) => {
          if (frame.kind === FrameKind.hello) resolve(frame.header);
          else if (frame.kind === FrameKind.part) this.#streams.get(frame.id)?.take(frame);
          else this.#waiting.get(frame.id)?.(frame);
        },
        onClose: () => {},
      });
    });
  }

  /** Starts the compiled runner and waits for its greeting. */
  async spawn(runtimePackage: string, label = 'acme/echo@1.0.0'): Promise<unknown> {
    this.child = spawn(process.execPath, [fileURLToPath(new URL('../dist/index.js', import.meta.url))], {
      cwd: this.dir,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        STEELYARD_RUNNER_SOCKET: this.socketPath,
        STEELYARD_RUNNER_TOKEN: TOKEN,
        STEELYARD_RUNNER_RUNTIME: runtimePackage,
        STEELYARD_RUNNER_LABEL: label,
      },
    });
    return this.accept();
  }

  ask(kind: FrameKind, header: unknown, ...body: Uint8Array[]): Promise<Frame> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.send(kind, id, header, ...body);
    });
  }

  send(kind: FrameKind, id: number, header: unknown, ...body: Uint8Array[]): void {
    this.#frames?.send(kind, id, header, ...body);
  }

  /** Puts the manifest beside the model's files, as a store does; those of `source` are copied. */
  async load(manifest: Manifest, source?: string): Promise<LoadedHeader> {
    for (const { path: file } of source === undefined ? [] : manifest.artifacts) {
      await mkdir(path.dirname(path.join(this.dir, file)), { recursive: true });
      await copyFile(path.join(source as string, file), path.join(this.dir, file));
    }
    await writeFile(path.join(this.dir, 'manifest.json'), JSON.stringify(manifest));
    const { kind, header } = await this.ask(FrameKind.load, { dir: this.dir, device: 'cpu', threads: 1 });
    if (kind !== FrameKind.loaded) throw Object.assign(new Error((header as WireError).message), header);
    return header as LoadedHeader;
  }

  async run(inputs: readonly unknown[], deadlineAtMs = Date.now() + 10_000): Promise<ItemAnswer[]> {
    const bodies = inputs.map(encodeValue);
    const items = bodies.map(({ length }) => ({ length, deadlineAtMs }));
    return readAnswers(await this.ask(FrameKind.run, { items }, ...bodies));
  }

  /** A run of which every item is read in parts. */
  stream(inputs: readonly unknown[], deadlineAtMs = Date.now() + 10_000): Stream {
    const bodies = inputs.map(encodeValue);
    const items = bodies.map(({ length }) => ({ length, deadlineAtMs, stream: true }));
    const id = this.#nextId;
    const stream = new Stream(this.ask(FrameKind.run, { items }, ...bodies).then(readAnswers), (kind, header) => this.send(kind, id, header));
    this.#streams.set(id, stream);
    return stream;
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    this.child?.kill('SIGKILL');
    this.#server.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}

function readAnswers({ kind, header, body }: Frame): ItemAnswer[] {
  if (kind !== FrameKind.ran) throw Object.assign(new Error((header as WireError).message), header);
  let offset = 0;
  return (header as RanHeader).items.map((item) => {
    if (!item.ok) return { error: item.error };
    return { output: decodeValue(body.subarray(offset, (offset += item.length))) as Record<string, unknown> };
  });
}
