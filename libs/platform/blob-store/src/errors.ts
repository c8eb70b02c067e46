import { defineErrors } from '@steelyard/kernel';

export const blobErrors = defineErrors('BLOB', {
  NAME_INVALID: {
    kind: 'invalid',
    message: ({ name }: { name: string }) => `${JSON.stringify(name)} is no sha256 in lower case hex`,
  },
  MISSING: {
    kind: 'not-found',
    message: ({ sha256 }: { sha256: string }) => `there is no file with the sha256 ${sha256}`,
    fix: 'Upload it first.',
  },
  UPLOAD_MISSING: {
    kind: 'not-found',
    message: (_: { uploadId: string }) => 'there is no such upload',
    fix: 'Begin the upload at offset 0.',
  },
  UPLOAD_BUSY: {
    kind: 'conflict',
    message: (_: { uploadId: string }) => 'this upload is being written by another request',
    fix: 'Wait for the other request, ask for the offset, and go on from there.',
    retryable: true,
  },
  OFFSET_MISMATCH: {
    kind: 'conflict',
    message: ({ expected, given }: { expected: number; given: number }) => `the upload has ${expected} bytes, so the next part begins there and not at ${given}`,
    fix: 'Ask for the offset and go on from there.',
  },
  TOO_LARGE: {
    kind: 'too-large',
    message: ({ maxBytes }: { maxBytes: number }) => `the upload has more than the ${maxBytes} bytes that it may have`,
  },
  DIGEST_MISMATCH: {
    kind: 'unprocessable',
    message: (p: { sha256: string; size: number; actualSha256: string; actualSize: number }) =>
      p.size === p.actualSize ? `the bytes received have the sha256 ${p.actualSha256}, not ${p.sha256}` : `${p.actualSize} bytes were received, not ${p.size}`,
    fix: 'The file changed or was damaged on the way: send it again from the start.',
  },
  DAMAGED: {
    kind: 'unavailable',
    retryable: false,
    message: ({ sha256, problem }: { sha256: string; problem: string }) => `the stored file with the sha256 ${sha256} is damaged: ${problem}`,
    fix: 'Have the operator restore the file in the data folder from a backup, or remove it there and upload it again.',
  },
  SEALED: {
    kind: 'unavailable',
    retryable: false,
    message: ({ sha256, keyId }: { sha256: string; keyId: string }) => `the stored file with the sha256 ${sha256} is sealed with the artifact key ${keyId}, which this server does not have`,
    fix: 'Have the operator add that key to the end of STEELYARD_ARTIFACT_KEYS.',
  },
  NO_ARTIFACT_KEYS: {
    kind: 'not-configured',
    message: (_: { dir: string }) => 'this server has no key to seal artifacts with',
    fix: 'Set STEELYARD_ARTIFACT_KEYS to 32 random bytes in base64, e.g. of `openssl rand -base64 32`, and start the server again.',
  },
  PATH_INVALID: {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `the path ${JSON.stringify(path)} leads outside the folder`,
  },
});
