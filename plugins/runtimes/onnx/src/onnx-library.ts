import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';

export type OnnxLibrary = typeof import('onnxruntime-node');

/**
 * ONNX Runtime, imported when it is first needed. Its Linux build sends usage data unless told not to; whoever starts this
 * process says so already, and it is said here again because one forgotten variable is enough.
 * @throws AppError `RUNTIME.LIBRARY_MISSING` with how to install it.
 */
export async function loadOnnxLibrary(): Promise<OnnxLibrary> {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    const library = await import('onnxruntime-node');
    // A CommonJS package: its names may be on `default` only.
    return 'InferenceSession' in library ? library : (library as { default: OnnxLibrary }).default;
  } catch (error) {
    throw runtimeErrors.LIBRARY_MISSING({ runtime: 'onnx', library: 'onnxruntime-node', reason: reasonOf(error) }, error);
  }
}
