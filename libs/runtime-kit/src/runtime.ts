import type { Manifest } from '@steelyard/model-package';
import type { TensorSpec } from '@steelyard/wire';

/** The version of this interface. A runner refuses a runtime that was written for another. */
export const SPI_VERSION = 1;

export interface RuntimeCapabilities {
  /** Whether `run` may be given more than one item at a time. */
  readonly batching: boolean;
  /**
   * Whether `run` may be called while other runs go on, and the runtime puts them together itself (continuous batching, as
   * language models do). Each run then has one item; there are at most `batching.maxSize` of the manifest at a time.
   */
  readonly continuous?: boolean;
  /** Whether `run` hands out parts of its answers by `emit`. */
  readonly streaming: boolean;
  /** Devices that the runtime knows how to use, whether or not this machine has them: `cpu`, `cuda`. */
  readonly devices: readonly string[];
}

/** Named values of one request: tensors (`Tensor` of the wire package) without a batch dimension, or JSON values where the runtime takes those. */
export type Item = Readonly<Record<string, unknown>>;

export interface OpenContext<Options = Record<string, unknown>> {
  /** A private folder with the package's files. Load by path from here only. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly device: string;
  /** How many threads the model may use. */
  readonly threads: number;
  readonly options: Options;
}

export interface RunContext {
  /** Aborted when nobody waits for any answer of this run any more. A runtime that can stop early should. */
  readonly signal: AbortSignal;
  /**
   * For streaming runtimes: hands out a part of item `index`'s answer, a JSON value, e.g. `{ text: ' once' }`. Resolves when
   * the reader can take more: who waits for it slows down with the reader instead of filling memory, and lets the runner hear
   * of a cancellation between two steps. Parts that nobody asked for are dropped.
   */
  emit(index: number, part: unknown): Promise<void>;
}

export interface LoadedModel {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** The device that really runs it. */
  readonly device: string;
  /** What it takes of the memory of a device that is not the CPU, in bytes, where the library tells; otherwise its files say how much is assumed. */
  readonly deviceMemoryBytes?: number;
  /**
   * Answers every item, in order. An item's failure is an `AppError` in its place; throwing fails them all.
   * Neither the items nor their buffers may be kept after the promise settles.
   */
  run(items: readonly Item[], context: RunContext): Promise<readonly (Item | Error)[]>;
  close(): Promise<void>;
}

export interface Inspection {
  /** What the bytes are, e.g. `onnx`; found from the content, not from a name. */
  readonly format: string;
  readonly notes: readonly string[];
}

export interface UnusableDevice {
  readonly device: string;
  readonly reason: string;
}

export interface Runtime<Options = Record<string, unknown>> {
  readonly name: string;
  readonly version: string;
  readonly spi: number;
  /** The npm packages that do its work, e.g. `onnxruntime-node`: receipts say which version of them ran. */
  readonly libraries?: readonly string[];
  readonly formats: readonly string[];
  readonly capabilities: RuntimeCapabilities;
  /** JSON Schema of `runtime.options` in `model.yaml`. */
  readonly optionsSchema: Record<string, unknown>;
  /** The devices that work here; tried, not read from a list of what was compiled in. */
  probe(): Promise<readonly string[]>;
  /** Devices among its capabilities that do not work here, each with the reason. */
  unusable?(): Promise<readonly UnusableDevice[]>;
  /** How much memory a usable device that is not the CPU has in all, in bytes; undefined where the library does not tell. */
  memoryOf?(device: string): Promise<number | undefined>;
  /**
   * Reads the package's artifacts as untrusted bytes and refuses what must not be loaded, without loading it.
   * @throws AppError `RUNTIME.ARTIFACT_REFUSED` saying which file and why.
   */
  inspect(context: Pick<OpenContext, 'dir' | 'manifest'>): Promise<Inspection>;
  open(context: OpenContext<Options>): Promise<LoadedModel>;
}
