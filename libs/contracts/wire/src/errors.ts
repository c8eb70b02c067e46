import { defineErrors } from '@steelyard/kernel';

export const wireErrors = defineErrors('WIRE', {
  MALFORMED: {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `the bytes are not a CBOR value this product reads: ${reason}`,
    fix: 'encode with definite lengths, text keys, and the little-endian typed arrays of RFC 8746',
  },
  UNENCODABLE: {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `the value cannot be encoded as CBOR: ${reason}`,
    fix: 'plain objects, lists, texts, numbers, booleans, null, bytes and typed arrays can be sent, nested at most 64 deep',
  },
  TENSOR_INVALID: {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `the tensor is not valid: ${reason}`,
    fix: 'a tensor is {dtype, shape, data} with as many elements in data as the product of shape',
  },
  FRAME_INVALID: {
    kind: 'internal',
    message: ({ reason }: { reason: string }) => `the other process sent an invalid frame: ${reason}`,
  },
  UNEXPECTED: {
    kind: 'internal',
    message: ({ reason }: { reason: string }) => reason,
  },
});
