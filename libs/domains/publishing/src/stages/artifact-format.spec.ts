import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './artifact-format.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const tar = Buffer.concat([Buffer.alloc(257), bytes('ustar\0')]);

describe('refusalOf', () => {
  it.each([
    ['pickle protocol 2', bytes('\x80\x02}q\x00.')],
    ['pickle protocol 4', bytes('\x80\x04\x95\x1a\0\0\0\0\0\0\0')],
    ['pickle protocol 5', bytes('\x80\x05\x95\x1a')],
    ['pickle protocol 0', bytes("cos\nsystem\n(S'echo'\ntR.")],
    ['pickle protocol 0 of a list', bytes('(lp0\nI1\na.')],
    ['pickle protocol 1', bytes(']q\x00(K\x01e.')],
    ['PyTorch and Keras archives', bytes('PK\x03\x04\x14\0')],
    ['gzip', bytes('\x1f\x8b\x08')],
    ['zstandard', bytes('\x28\xb5\x2f\xfd')],
    ['tar', tar],
    ['HDF5', bytes('\x89HDF\r\n\x1a\n')],
    ['NumPy objects', bytes("\x93NUMPY\x01\0v\0{'descr': '|O', 'fortran_order': False")],
    ['ELF', bytes('\x7fELF\x02')],
    ['LZ4', bytes('\x04\x22\x4d\x18')],
    ['RAR', bytes('Rar!\x1a\x07\x01\0')],
    ['compiled Python', bytes(`\xcb\x0d\x0d\x0a${'\0'.repeat(12)}`)],
    ['WebAssembly', bytes('\0asm\x01\0\0\0')],
    ['a static library', bytes('!<arch>\n')],
    ['Mach-O', bytes('\xcf\xfa\xed\xfe')],
    ['a script', bytes('#!/bin/sh')],
  ])('refuses %s', (_what, head) => {
    expect(refusalOf(head)).toEqual(expect.any(String));
  });

  it.each([
    // ir_version 8, producer_name "pytorch"
    ['ONNX', bytes('\x08\x08\x12\x07pytorch')],
    ['safetensors', bytes('@\0\0\0\0\0\0\0{"a":{"dtype":"F32"}}')],
    ['gguf', bytes('GGUF\x03\0\0\0')],
    ['JSON', bytes('{"version": 1}')],
    ['a JSON list', bytes('[1, 2]')],
    ['text that begins like a class', bytes('class weights\nfor model\n')],
    ['NumPy numbers', bytes("\x93NUMPY\x01\0v\0{'descr': '<f4', 'fortran_order': False")],
    ['raw float32 weights', Buffer.from(new Float32Array([0.5, -1.25, 3e-5]).buffer)],
    ['nothing', Buffer.alloc(0)],
  ])('lets %s pass', (_what, head) => {
    expect(refusalOf(head)).toBeUndefined();
  });
});
