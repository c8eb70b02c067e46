import type { ByteSource } from './byte-source.js';

const HEAD_BYTES = 32;

/** Formats that are taken for models by mistake, or on purpose; protobuf has no signature to look for instead. */
export function otherFormat(file: ByteSource): string | undefined {
  const head = Array.from({ length: Math.min(HEAD_BYTES, file.size) }, (_, index) => String.fromCharCode(file.byteAt(index))).join('');
  if (head === '') return 'empty';
  if (head.startsWith('PK')) return 'a zip archive (PyTorch and Keras write those)';
  if (head.startsWith('\x80') && '\x02\x03\x04\x05'.includes(head.charAt(1))) return 'a Python pickle';
  if (head.startsWith('\x89HDF')) return 'HDF5 (Keras)';
  if (head.startsWith('GGUF')) return 'GGUF';
  if (head.slice(4, 8) === 'ORTM') return "ONNX Runtime's own format";
  if (head.slice(4, 8) === 'TFL3') return 'TensorFlow Lite';
  if (head.startsWith('version https://git-lfs')) return 'a Git LFS pointer';
  return undefined;
}
