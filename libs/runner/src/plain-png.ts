import type { Pixels } from './ops/bag.js';

/** Placeholder of the fast path: everything goes to libvips. */
export function readPlainPng(_bytes: Uint8Array, _color: 'gray' | 'rgb'): Pixels | undefined {
  return undefined;
}
