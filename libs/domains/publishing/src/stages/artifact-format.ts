import { open } from 'node:fs/promises';

const HEAD_BYTES = 512;
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

interface Refusal {
  readonly reason: string;
  readonly matches: (head: Buffer) => boolean;
}

const startsWith = (...magics: Buffer[]) => (head: Buffer): boolean => magics.some((magic) => head.subarray(0, magic.length).equals(magic));

const PICKLE = 'it is a Python pickle, which runs code when it is loaded';

/** What a file of a package may not be, by its first bytes. */
const REFUSALS: readonly Refusal[] = [
  // Protocol 2 and later begin with PROTO and a version; the opcode after it is never part of a protobuf of a model.
  { reason: PICKLE, matches: (head) => head[0] === 0x80 && head[1] !== undefined && head[1] >= 2 && head[1] <= 5 },
  // Protocol 0 and 1: a global (`cmodule\nname\n`), or a container on the stack.
  { reason: PICKLE, matches: (head) => /^(?:\(?c[A-Za-z_][\w.]*\n[A-Za-z_]\w*\n|\((?:lp|dp|tp|ip)\d+\n|\](?:q|\()|\}(?:q|\())/.test(head.toString('latin1')) },
  { reason: 'it is a zip archive, which is how pickles of PyTorch and Keras are kept; name the files themselves', matches: startsWith(ascii('PK\x03\x04'), ascii('PK\x05\x06')) },
  { reason: 'it is a compressed file; name the files themselves', matches: startsWith(ascii('\x1f\x8b'), ascii('BZh'), ascii('\xfd7zXZ\0'), ascii('7z\xbc\xaf\x27\x1c'), ascii('\x28\xb5\x2f\xfd'), ascii('\x04\x22\x4d\x18'), ascii('\x1f\x9d'), ascii('LZIP'), ascii('Rar!\x1a\x07'), ascii('MSCF\0\0\0\0')) },
  { reason: 'it is a tar archive; name the files themselves', matches: (head) => head.subarray(257, 262).equals(ascii('ustar')) },
  { reason: 'it is an HDF5 file, whose Keras models may hold code', matches: startsWith(ascii('\x89HDF\r\n\x1a\n')) },
  { reason: 'it is a NumPy file of Python objects, which are pickles', matches: (head) => startsWith(ascii('\x93NUMPY'))(head) && /'descr':\s*'\|O/.test(head.toString('latin1')) },
  // The magic number of each release of Python ends with a line break; `marshal` runs nothing, what it holds is code.
  { reason: 'it is compiled Python', matches: (head) => head.length >= 16 && (head[1] === 0x0c || head[1] === 0x0d || head[1] === 0x0e) && head[2] === 0x0d && head[3] === 0x0a && head.readUInt32LE(4) <= 3 },
  { reason: 'it is a program', matches: startsWith(ascii('\x7fELF'), ascii('MZ'), ascii('#!'), ascii('\xfe\xed\xfa'), ascii('\xcf\xfa\xed\xfe'), ascii('\xce\xfa\xed\xfe'), ascii('\xca\xfe\xba\xbe'), ascii('\0asm'), ascii('BC\xc0\xde'), ascii('\x1bLua'), ascii('!<arch>\n')) },
];

/** Why a file with this content may not be in a package, or `undefined`. What it is called does not matter. */
export function refusalOf(head: Buffer): string | undefined {
  return REFUSALS.find((refusal) => refusal.matches(head))?.reason;
}

/** The first bytes of a file: enough for {@link refusalOf}. */
export async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
