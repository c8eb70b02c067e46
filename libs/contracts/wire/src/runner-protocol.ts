import type { TensorSpec } from './tensor.js';

/**
 * What an EngineHost and a runner say to each other over their socket. The host listens, the runner connects and says
 * `hello`; then the host asks and the runner answers with the same frame id.
 *
 * A frame is, little-endian: u32 length of the rest, u8 kind, u8 0, u16 0, u32 id, u32 length of the header, the header
 * (CBOR), the body (raw bytes).
 */
export const FrameKind = {
  hello: 1,
  load: 2,
  loaded: 3,
  run: 4,
  ran: 5,
  describe: 6,
  described: 7,
  inspect: 8,
  inspected: 9,
  failed: 10,
  close: 11,
  part: 12,
  more: 13,
  cancel: 14,
} as const;

export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export interface Frame<H = unknown> {
  readonly kind: FrameKind;
  readonly id: number;
  readonly header: H;
  /** A view of the received bytes: nobody writes to them again, but keeping a small part keeps the whole chunk alive. */
  readonly body: Uint8Array;
}

export interface HelloHeader {
  readonly pid: number;
  readonly token: string;
}

/** The folder holds the package's files and `manifest.json`, the normalised manifest. */
export interface LoadHeader {
  readonly dir: string;
  readonly device: string;
  readonly threads: number;
}

export interface LoadedHeader {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly loadMs: number;
  /** Anonymous resident memory (`RssAnon`) of the runner after the load, in bytes. */
  readonly memoryBytes: number;
  /** The device that really runs it. */
  readonly device: string;
  /** What it takes of that device's own memory, in bytes, where the runtime tells. */
  readonly deviceMemoryBytes?: number;
}

/** The body is the items' inputs, each the CBOR of the input object, one after the other. */
export interface RunHeader {
  readonly items: readonly RunItem[];
}

export interface RunItem {
  readonly length: number;
  readonly deadlineAtMs: number;
  /** Whether somebody reads the answer in parts. */
  readonly stream?: boolean;
}

/** How many parts of one item a runner may send before the host says that it can take more. */
export const PARTS_IN_FLIGHT = 32;

/** A part of the answer of one item of a run that goes on; the frame has the run's id, its body is the CBOR of the part. */
export interface PartHeader {
  /** Place of the item in its run. */
  readonly item: number;
}

/** The host's word that so many more parts of an item may come; the frame has the run's id. */
export interface MoreHeader {
  readonly item: number;
  readonly parts: number;
}

/** Nobody waits for these items of a run any more; the frame has the run's id. The run is answered all the same. */
export interface CancelHeader {
  readonly items: readonly number[];
}

/** The body is the outputs of the items that succeeded, each the CBOR of the output object, in order. */
export interface RanHeader {
  readonly items: readonly RanItem[];
  readonly computeMs: number;
  /** How long it took to make the inputs ready, in milliseconds: reading, decoding of media, pre ops. */
  readonly prepareMs?: number;
  readonly memoryBytes: number;
}

export type RanItem =
  | { readonly ok: true; readonly length: number }
  | { readonly ok: false; readonly error: WireError };

export interface WireError {
  readonly code: string;
  readonly kind: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly retryable?: boolean | undefined;
}

export type FailedHeader = WireError;

/** What a runtime says of itself; asked of a runner that has loaded no model. */
export interface DescribedHeader {
  readonly name: string;
  readonly version: string;
  readonly spi: number;
  readonly formats: readonly string[];
  readonly capabilities: { readonly batching: boolean; readonly continuous?: boolean; readonly streaming: boolean; readonly devices: readonly string[] };
  readonly optionsSchema: Record<string, unknown>;
  /** Devices that were tried and work on this machine, e.g. `cpu`. */
  readonly devices: readonly string[];
  /** Devices that the runtime knows and that do not work here, each with the reason. */
  readonly unusable?: readonly { readonly device: string; readonly reason: string }[];
  /** The packages that do its work and their versions, as far as they were found. */
  readonly libraries?: Readonly<Record<string, string>>;
  /** Version of the Node that runs it. */
  readonly node?: string;
  /** Memory of the usable devices besides the CPU, in bytes, as far as the runtime tells. */
  readonly memoryBytes?: Readonly<Record<string, number>>;
}

export interface InspectHeader {
  readonly dir: string;
}

/** The scan of a package by its runtime, without loading the model. */
export interface InspectedHeader {
  readonly format: string;
  readonly notes: readonly string[];
}
