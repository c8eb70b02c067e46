/** Begins a SHA-256 (FIPS 180-4) over bytes that come in parts: Web Crypto takes a file only whole, and only on pages that came by HTTPS. */
export function createSha256(): { update: (bytes: Uint8Array) => void; hex: () => string } {
  const state = START.slice();
  const block = new Uint8Array(64);
  let [filled, length] = [0, 0];

  const update = (bytes: Uint8Array): void => {
    length += bytes.length;
    let from = 0;
    if (filled > 0) {
      from = Math.min(64 - filled, bytes.length);
      block.set(bytes.subarray(0, from), filled);
      filled += from;
      if (filled < 64) return;
      compress(state, block, 0);
    }
    for (; from + 64 <= bytes.length; from += 64) compress(state, bytes, from);
    block.set(bytes.subarray(from));
    filled = bytes.length - from;
  };

  const hex = (): string => {
    const end = new Uint8Array(filled < 56 ? 64 - filled : 128 - filled);
    end[0] = 0x80;
    new DataView(end.buffer).setBigUint64(end.length - 8, BigInt(length) * 8n);
    update(end);
    return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
  };

  return { update, hex };
}

const encoder = new TextEncoder();

/** Node's own, at a tenth of the cost; what browsers have does not answer at once. */
const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
const native = process?.getBuiltinModule?.('node:crypto') as { hash: (algorithm: string, text: string, encoding: 'hex') => string } | undefined;

/** The SHA-256 of a text's UTF-8, in hex; the same in Node and in browsers, and at once. */
export function sha256Hex(text: string): string {
  if (native) return native.hash('sha256', text, 'hex');
  const sha = createSha256();
  sha.update(encoder.encode(text));
  return sha.hex();
}

const primes = Array.from({ length: 312 }, (_item, number) => number).filter((number) => number > 1 && !Array.from({ length: Math.floor(Math.sqrt(number)) - 1 }, (_item, index) => index + 2).some((divisor) => number % divisor === 0));
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) >>> 0;
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const words = new Int32Array(64);

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

function compress(state: Uint32Array, bytes: Uint8Array, from: number): void {
  for (let index = 0; index < 16; index += 1) {
    const at = from + index * 4;
    words[index] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let index = 16; index < 64; index += 1) {
    const early = words[index - 15]!;
    const late = words[index - 2]!;
    const mixed = (rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)) + (rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10));
    words[index] = (words[index - 16]! + words[index - 7]! + mixed) | 0;
  }
  let a = state[0]! | 0;
  let b = state[1]! | 0;
  let c = state[2]! | 0;
  let d = state[3]! | 0;
  let e = state[4]! | 0;
  let f = state[5]! | 0;
  let g = state[6]! | 0;
  let h = state[7]! | 0;
  for (let index = 0; index < 64; index += 1) {
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[index]! + words[index]!) | 0;
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}
