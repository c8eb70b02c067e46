interface NativeBase64 {
  toBase64?(): string;
}
interface BufferLike {
  from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64'): string };
}

/** Bytes as base64 text (RFC 4648, with padding), by whatever the platform does fastest. */
export function toBase64(bytes: Uint8Array): string {
  const native = bytes as NativeBase64;
  if (native.toBase64) return native.toBase64();
  const nodeBuffer = (globalThis as { Buffer?: BufferLike }).Buffer;
  if (nodeBuffer) return nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  // `btoa` takes one character per byte; the argument list of `fromCharCode` is bounded, hence the pieces.
  let characters = '';
  for (let start = 0; start < bytes.length; start += 32_768) {
    characters += String.fromCharCode(...bytes.subarray(start, start + 32_768));
  }
  return btoa(characters);
}
