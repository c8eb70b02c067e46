import { useCallback, useEffect, useMemo, useState } from 'react';
import { bareModel, NoPackage, packageAround } from './around-model';
import { FILES_MAX } from './read-dropped';
import { neededFiles, samplePaths, type NeededFile, type SampleText } from './plan-package';
import { MANIFEST, packageFolders, within, type SourceFile } from './source-file';

/** Larger texts the server refuses; larger samples too. */
const MANIFEST_BYTES_MAX = 256 * 1024;
const SAMPLE_BYTES_MAX = 1024 * 1024;

export type Refused = 'empty' | 'too-many' | 'no-manifest' | 'manifest-too-large' | 'unreadable';

export interface OpenPackage {
  readonly files: readonly SourceFile[];
  readonly samples: readonly SampleText[];
}

export interface PackageState {
  readonly opened: OpenPackage | undefined;
  /** The text of model.yaml, as it was mended here. */
  readonly text: string;
  readonly setText: (text: string) => void;
  /** Folders below what was dropped that hold a package, to choose from. */
  readonly folders: readonly string[];
  readonly refused: Refused | undefined;
  /** Why the model that was dropped cannot be offered, where it was a model. */
  readonly unfit: string | undefined;
  readonly take: (files: Promise<SourceFile[]>) => void;
  readonly choose: (folder: string) => void;
}

/** The package that was dropped or chosen, and the text of its model.yaml. */
export function usePackage(): PackageState {
  const [dropped, setDropped] = useState<readonly SourceFile[]>([]);
  const [opened, setOpened] = useState<OpenPackage>();
  const [folders, setFolders] = useState<readonly string[]>([]);
  const [refused, setRefused] = useState<Refused>();
  const [unfit, setUnfit] = useState<string>();
  const [text, setText] = useState('');

  const open = useCallback(async (files: readonly SourceFile[]) => {
    const manifest = files.find(({ path }) => path === MANIFEST)!;
    if (manifest.file.size > MANIFEST_BYTES_MAX) return setRefused('manifest-too-large');
    const samples = files.filter(({ path, file }) => samplePaths([path]).length > 0 && file.size <= SAMPLE_BYTES_MAX);
    const [manifestText, ...sampleTexts] = await Promise.all([manifest, ...samples].map(({ file }) => file.text()));
    setText(manifestText!);
    setFolders([]);
    setOpened({ files, samples: samples.map(({ path }, index) => ({ path, text: sampleTexts[index]! })) });
  }, []);

  const take = useCallback(
    (reading: Promise<SourceFile[]>) => {
      const read = async () => {
        const given = await reading;
        const model = given.length <= FILES_MAX ? bareModel(given) : undefined;
        setUnfit(undefined);
        const files = model ? await packageAround(model, given) : given;
        const found = packageFolders(files);
        setDropped(files);
        setFolders(found[0] === '' ? [] : found);
        setRefused(files.length === 0 ? 'empty' : files.length > FILES_MAX ? 'too-many' : found.length === 0 ? 'no-manifest' : undefined);
        if (files.length <= FILES_MAX && found[0] === '') await open(files);
      };
      read().catch((error: unknown) => {
        const reason = error instanceof NoPackage ? error.message : undefined;
        setUnfit(reason);
        setRefused(reason === undefined ? 'unreadable' : undefined);
      });
    },
    [open],
  );

  const choose = useCallback((folder: string) => void open(within(dropped, folder)).catch(() => setRefused('unreadable')), [dropped, open]);
  return { opened, text, setText, folders, refused, unfit, take, choose };
}

export interface PlannedFile extends NeededFile {
  /** Undefined: it is missing. */
  readonly file: File | undefined;
}

export interface Plan {
  readonly needed: readonly PlannedFile[];
  /** Paths of files that nothing names; they are not sent. */
  readonly unnamed: readonly string[];
}

/** What of an open package is to be sent. Stays as it was while model.yaml has problems. */
export function usePlan(opened: OpenPackage | undefined, manifest: unknown): Plan | undefined {
  const [last, setLast] = useState<{ of: OpenPackage; manifest: unknown }>();
  useEffect(() => {
    if (opened && manifest != null) setLast({ of: opened, manifest });
  }, [opened, manifest]);

  return useMemo(() => {
    if (!opened || last?.of !== opened) return undefined;
    const byPath = new Map(opened.files.map(({ path, file }) => [path, file]));
    const needed = neededFiles(last.manifest, opened.samples).map((file) => ({ ...file, file: byPath.get(file.path) }));
    const named = new Set([MANIFEST, ...needed.map(({ path }) => path)]);
    return { needed, unnamed: opened.files.map(({ path }) => path).filter((path) => !named.has(path)) };
  }, [opened, last]);
}
