import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';

export type TransformersLibrary = typeof import('@huggingface/transformers');

/**
 * Transformers.js, imported when it is first needed and shut in: it reads the files that it is given a path to, asks no
 * server, keeps no cache and says nothing. ONNX Runtime below it sends usage data unless told not to.
 * @throws AppError `RUNTIME.LIBRARY_MISSING` with how to install it.
 */
export async function loadTransformersLibrary(): Promise<TransformersLibrary> {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  let library: TransformersLibrary;
  try {
    library = await import('@huggingface/transformers');
  } catch (error) {
    throw runtimeErrors.LIBRARY_MISSING({ runtime: 'transformers', library: '@huggingface/transformers', reason: reasonOf(error) }, error);
  }
  const { env, LogLevel } = library;
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    useFSCache: false,
    useBrowserCache: false,
    useCustomCache: false,
    useWasmCache: false,
    cacheDir: null,
    fetch: refuseFetch,
    // Its messages quote the inputs of a run that failed.
    logLevel: LogLevel.NONE,
  });
  return library;
}

function refuseFetch(): Promise<never> {
  return Promise.reject(runtimeErrors.RUN_FAILED({ reason: 'the model asked for the network, which it has not' }));
}
