import net from 'node:net';
import { FrameKind, FrameSocket, toWireError } from '@steelyard/wire';
import type { CancelHeader, Frame, HelloHeader, InspectHeader, LoadHeader, MoreHeader, RunHeader } from '@steelyard/wire';
import { runtimeErrors } from '@steelyard/runtime-kit';
import { RunnerSession } from './runner-session.js';
import type { SpawnVariables } from './spawn-variables.js';

/** A request with its media, or an answer; the host has stricter limits of its own. */
const FRAME_BYTES_MAX = 512 * 1024 * 1024;

export interface ConnectOptions extends Omit<SpawnVariables, 'label'> {
  /** The host is gone or has asked to close: nothing is left to do. */
  readonly onClose: () => void;
}

/** Connects to the host, says hello and serves its frames until the socket closes. */
export async function connectRunner({ socketPath, token, runtimePackage, packageFolder, onClose }: ConnectOptions): Promise<void> {
  const socket = await connect(socketPath);
  const session = new RunnerSession({ packageName: runtimePackage, folder: packageFolder });
  const frames = new FrameSocket(socket, {
    maxFrameBytes: FRAME_BYTES_MAX,
    onFrame: (frame) => void answer(frame),
    onClose: () => {
      session.abort();
      onClose();
    },
  });

  async function answer(frame: Frame): Promise<void> {
    try {
      await serve(frame);
    } catch (error) {
      frames.send(FrameKind.failed, frame.id, toWireError(error));
    }
  }

  async function serve({ kind, id, header, body }: Frame): Promise<void> {
    switch (kind) {
      case FrameKind.describe:
        return frames.send(FrameKind.described, id, await session.describe());
      case FrameKind.inspect:
        return frames.send(FrameKind.inspected, id, await session.inspect(header as InspectHeader));
      case FrameKind.load:
        return frames.send(FrameKind.loaded, id, await session.load(header as LoadHeader));
      case FrameKind.run: {
        const sendPart = (item: number, part: Uint8Array): void => frames.send(FrameKind.part, id, { item }, part);
        const ran = await session.run({ id, header: header as RunHeader, body, sendPart });
        return frames.send(FrameKind.ran, id, ran.header, ...ran.bodies);
      }
      case FrameKind.more:
        return session.more(id, header as MoreHeader);
      case FrameKind.cancel:
        return session.cancel(id, header as CancelHeader);
      case FrameKind.close:
        await session.close();
        return frames.close();
      default:
        throw runtimeErrors.FRAME_UNEXPECTED({ kind });
    }
  }

  const hello: HelloHeader = { pid: process.pid, token };
  frames.send(FrameKind.hello, 0, hello);
}

function connect(socketPath: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(socketPath, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
