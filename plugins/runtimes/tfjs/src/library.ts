import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';

export type Core = typeof import('@tensorflow/tfjs-core');
export type Converter = typeof import('@tensorflow/tfjs-converter');
export type Layers = typeof import('@tensorflow/tfjs-layers');

/** Imports a package by its name; another in specs. */
export type Import = (name: string) => Promise<unknown>;

const importByName: Import = (name) => import(name) as Promise<unknown>;

/** TensorFlow.js without anything to run models on. @throws AppError `RUNTIME.LIBRARY_MISSING`. */
export async function loadCore(): Promise<Core> {
  const core = await load<Core>('@tensorflow/tfjs-core');
  // Off: advice on the console to install another backend.
  core.enableProdMode();
  return core;
}

export const loadConverter = (): Promise<Converter> => load('@tensorflow/tfjs-converter');
export const loadLayers = (): Promise<Layers> => load('@tensorflow/tfjs-layers');

/** Registers the plain JavaScript backend. */
export async function loadCpuBackend(): Promise<void> {
  await load('@tensorflow/tfjs-backend-cpu');
}

let wasmBackend: Promise<void> | undefined;

/** Registers the WebAssembly backend, which reads its code from its own package and from nowhere else. */
export function loadWasmBackend(): Promise<void> {
  wasmBackend ??= load<typeof import('@tensorflow/tfjs-backend-wasm')>('@tensorflow/tfjs-backend-wasm').then(({ setWasmPaths }) => {
    setWasmPaths(path.dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm'))) + path.sep);
  });
  return wasmBackend;
}

/** Whether an optional package is there and loads. */
export async function importsOptional(name: string, importPackage: Import = importByName): Promise<boolean> {
  try {
    await importPackage(name);
    return true;
  } catch {
    return false;
  }
}

async function load<Library>(name: string): Promise<Library> {
  try {
    const library = (await importByName(name)) as Library & { default?: Library };
    // CommonJS packages: their names may be on `default` only.
    return library.default ?? library;
  } catch (error) {
    throw runtimeErrors.LIBRARY_MISSING({ runtime: 'tfjs', library: name, reason: reasonOf(error) }, error);
  }
}
