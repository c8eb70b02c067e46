import type { JsonSchema } from '@steelyard/tasks';

export type { JsonSchema } from '@steelyard/tasks';

/** A declarative step; see the op tables. Closed objects: an unknown key is refused when the manifest is read. */
export type PreOp =
  | { readonly op: 'decode'; readonly input: string; readonly color: 'gray' | 'rgb' }
  | { readonly op: 'resize'; readonly input: string; readonly width: number; readonly height: number; readonly fit: 'fill' | 'contain' | 'cover'; readonly background: number | 'auto' }
  | { readonly op: 'invert'; readonly input: string; readonly when: 'always' | 'auto' }
  | { readonly op: 'normalize'; readonly input: string; readonly tensor: string; readonly layout: 'CHW' | 'HWC'; readonly scale: number; readonly mean: readonly number[]; readonly std: readonly number[] }
  | { readonly op: 'pixels'; readonly input: string; readonly tensor: string }
  | { readonly op: 'columns'; readonly columns: readonly string[]; readonly tensor: string }
  | { readonly op: 'audio'; readonly input: string; readonly tensor: string; readonly rate: number; readonly secondsMax: number; readonly seconds?: number; readonly frame?: number }
  | { readonly op: 'series'; readonly input: string; readonly tensor: string; readonly length: number }
  | { readonly op: 'words'; readonly input: string; readonly vocabulary: string; readonly tensor: string; readonly maxLength: number; readonly lowercase: boolean; readonly cut: Cut }
  | {
      readonly op: 'sentencepiece';
      readonly input: string;
      readonly vocabulary: string;
      readonly tensor: string;
      readonly indices?: string;
      readonly dtype: 'int32' | 'int64';
      readonly reserved: number;
      readonly maxLength: number;
      readonly cut: Cut;
    };

/** Which part of a text that is too long is cut; `none`: the text is refused. */
export type Cut = 'none' | 'end' | 'start' | 'middle';

export type PostOp =
  | { readonly op: 'softmax'; readonly tensor: string }
  | { readonly op: 'labels'; readonly tensor: string; readonly labels: readonly string[] }
  | {
      readonly op: 'detections';
      readonly tensor: string;
      readonly input: string;
      readonly labels: readonly string[];
      readonly coordinates: 'pixels' | 'normalized';
      readonly scoreThreshold: number;
      readonly iouThreshold: number;
      readonly maxCount: number;
      /** Absent where the boxes have none. */
      readonly keypoints?: readonly string[];
    }
  | { readonly op: 'mask'; readonly tensor: string; readonly input: string; readonly edges: 'soft' | 'hard'; readonly threshold: number }
  | {
      readonly op: 'segments';
      readonly tensor: string;
      readonly input: string;
      readonly stepSeconds: number;
      readonly threshold: number;
      readonly thresholdEnd: number;
      readonly speechSecondsMin: number;
      readonly silenceSecondsMin: number;
      readonly padSeconds: number;
    }
  | { readonly op: 'numbers'; readonly tensor: string; readonly field: string };

/** In SPDX's words, a licence that only its holder can tell: who made the package of a bare file stated none. */
export const LICENSE_NOT_STATED = 'LicenseRef-not-stated';

/** `model.yaml` after reading: checked, every default filled in, nothing the reader did not know. */
export interface Manifest {
  readonly schema: 1;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly task: string;
  readonly description: string;
  /** For whom and for what it was made; a model needs it to be listed for everybody. */
  readonly intendedUse?: string;
  /** What it was not made for. */
  readonly outOfScopeUse?: string;
  /** Absent where there are none. */
  readonly tags?: readonly string[];
  /** Where to ask for help: a `mailto:` or `https:` address. */
  readonly support?: string;
  readonly runtime: { readonly name: string; readonly range: string; readonly options: Readonly<Record<string, unknown>> };
  readonly artifacts: readonly { readonly path: string }[];
  readonly card: string;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly pre: readonly PreOp[];
  readonly post: readonly PostOp[];
  readonly batching: { readonly maxSize: number; readonly maxDelayMs: number };
  readonly resources: { readonly gpu: 'never' | 'prefer' | 'require'; readonly memoryMb: number };
  readonly limits: { readonly loadMs: number; readonly runMs: number };
}

/** A file of a package: path within it with forward slashes, sha256 in hex, size in bytes. */
export interface PackageFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}
