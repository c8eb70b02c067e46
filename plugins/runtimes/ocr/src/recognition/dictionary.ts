import { open } from 'node:fs/promises';
import { loadArtifactPath, runtimeErrors } from '@steelyard/runtime-kit';

const BYTES_MAX = 1_000_000;
/** UTF-16 units: a character with its marks. */
const CHARACTER_LENGTH_MAX = 4;

/**
 * The characters that a recognizer knows, one a line, in the order of its classes.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED` for a file that is no such list.
 */
export async function readDictionary(dir: string, artifact: string): Promise<string[]> {
  const refuse = (reason: string): Error => runtimeErrors.ARTIFACT_REFUSED({ path: artifact, reason });
  const bytes = await readBounded(await loadArtifactPath(dir, artifact));
  if (bytes.length > BYTES_MAX) throw refuse(`it is larger than ${BYTES_MAX} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('it is not UTF-8 text');
  }
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const wrong = lines.findIndex((line) => line.length < 1 || line.length > CHARACTER_LENGTH_MAX);
  if (wrong !== -1) throw refuse(`line ${wrong + 1} is not one character`);
  return lines;
}

async function readBounded(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BYTES_MAX + 1), 0, BYTES_MAX + 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
