import { AppError } from '@steelyard/kernel';
import { FrameKind, fromWireError, wireErrors, type CancelHeader, type Frame, type FrameSocket, type LoadedHeader, type MoreHeader, type RanHeader, type RunItem } from '@steelyard/wire';
import type { BatchItem, BatchLink, BatchResult } from '../queue/batch-link.js';
import { PartFlow } from './part-flow.js';

/** What a runner may blame: its runtime, the input, or the bytes of the input. It cannot speak for the rest of the product. */
const RUNNER_CODES = /^(RUNTIME|INPUT|WIRE)\./;

type Answer = (frame: Frame) => void;

/** Questions to one runner and its answers, over its socket. A runner that answers out of turn loses its socket. */
export class RunnerLink implements BatchLink {
  #frames: FrameSocket | undefined;
  readonly #waiting = new Map<number, Answer>();
  /** Of runs whose answers are read in parts. */
  readonly #flows = new Map<number, PartFlow>();
  #lastId = 0;
  /** Anonymous memory of the runner after its latest batch. */
  memoryBytes = 0;

  /** Nothing may be asked before. */
  connect(frames: FrameSocket): void {
    this.#frames = frames;
  }

  /**
   * Asks and waits for the answer of the given kind. Rejects with the runner's error. When the runner is lost it stays
   * open: `RunnerProcess.within` knows better why that happened.
   */
  ask<H>(kind: FrameKind, header: unknown, expected: FrameKind): Promise<H> {
    return new Promise((resolve, reject) => {
      const answer = (frame: Frame) => {
        if (frame.kind === FrameKind.failed) reject(runnerError(frame.header));
        else if (frame.kind !== expected) throw wireErrors.FRAME_INVALID({ reason: `kind ${frame.kind} came in answer to ${kind}` });
        else if (expected === FrameKind.loaded && !isLoaded(frame.header)) throw wireErrors.FRAME_INVALID({ reason: 'what a loaded model says of itself cannot be read' });
        else resolve(frame.header as H);
      };
      this.#frames?.send(kind, this.#wait(answer), header);
    });
  }

  run(batch: readonly BatchItem[], done: (result: BatchResult) => void): number {
    let streams = false;
    const items = batch.map(({ bytes, deadlineAtMs, onPart }): RunItem => {
      if (!onPart) return { length: bytes, deadlineAtMs };
      streams = true;
      return { length: bytes, deadlineAtMs, stream: true };
    });
    const id = this.#wait((frame) => done(this.#readResult(frame, batch.length)));
    if (streams) this.#flows.set(id, new PartFlow(batch, (item, parts) => this.#grant(id, { item, parts })));
    this.#frames?.send(FrameKind.run, id, { items }, ...batch.map(({ input }) => input));
    return id;
  }

  cancel(run: number, item: number): void {
    const header: CancelHeader = { items: [item] };
    if (this.#waiting.has(run)) this.#frames?.send(FrameKind.cancel, run, header);
  }

  flush(): void {
    this.#frames?.flush();
  }

  receive(frame: Frame): void {
    if (frame.kind === FrameKind.part) return this.#receivePart(frame);
    const answer = this.#waiting.get(frame.id);
    if (!answer) throw wireErrors.FRAME_INVALID({ reason: `frame ${frame.id} was not asked for` });
    this.#waiting.delete(frame.id);
    if (this.#flows.size > 0) this.#flows.delete(frame.id);
    answer(frame);
  }

  #receivePart({ id, header, body }: Frame): void {
    const flow = this.#flows.get(id);
    if (!flow) throw wireErrors.FRAME_INVALID({ reason: `parts of run ${id} were not asked for` });
    flow.receive(header, body);
  }

  #grant(run: number, header: MoreHeader): void {
    if (this.#flows.has(run)) this.#frames?.send(FrameKind.more, run, header);
  }

  #wait(answer: Answer): number {
    this.#lastId = (this.#lastId % 0xffff_fffe) + 1;
    this.#waiting.set(this.#lastId, answer);
    return this.#lastId;
  }

  #readResult(frame: Frame, size: number): BatchResult {
    if (frame.kind === FrameKind.failed) {
      return { answers: new Array<AppError>(size).fill(runnerError(frame.header)), computeMs: 0 };
    }
    if (frame.kind !== FrameKind.ran) throw wireErrors.FRAME_INVALID({ reason: `kind ${frame.kind} came in answer to a batch` });
    const { items, computeMs, prepareMs, memoryBytes } = frame.header as RanHeader;
    if (!Array.isArray(items) || items.length !== size) throw wireErrors.FRAME_INVALID({ reason: 'a batch was not answered item by item' });
    if (isAmount(memoryBytes)) this.memoryBytes = memoryBytes;
    const workMs = isAmount(computeMs) && isAmount(prepareMs) ? computeMs + prepareMs : undefined;
    return { answers: readAnswers(items, frame.body), computeMs: isAmount(computeMs) ? computeMs : 0, workMs };
  }
}

function readAnswers(items: RanHeader['items'], body: Uint8Array): (Uint8Array | AppError)[] {
  let offset = 0;
  const answers = items.map((item) => {
    if (!item.ok) return runnerError(item.error);
    if (!isAmount(item.length) || item.length > body.length - offset) throw wireErrors.FRAME_INVALID({ reason: 'an output is longer than its frame' });
    return body.subarray(offset, (offset += item.length));
  });
  if (offset !== body.length) throw wireErrors.FRAME_INVALID({ reason: 'bytes follow the outputs' });
  return answers;
}

function runnerError(header: unknown): AppError {
  const error = fromWireError(header);
  if (RUNNER_CODES.test(error.code)) return error;
  return new AppError('RUNTIME.RUN_FAILED', error.message, { kind: 'model-failed' });
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isLoaded(header: unknown): boolean {
  const { inputs, outputs, loadMs, memoryBytes, device, deviceMemoryBytes = 0 } = (header ?? {}) as Partial<LoadedHeader>;
  return Array.isArray(inputs) && Array.isArray(outputs) && isAmount(loadMs) && isAmount(memoryBytes) && typeof device === 'string' && typeof deviceMemoryBytes === 'number';
}
