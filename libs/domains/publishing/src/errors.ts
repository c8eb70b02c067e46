import { defineErrors } from '@steelyard/kernel';
import type { Problem } from '@steelyard/model-package';

const list = (items: readonly string[]): string => (items.length > 5 ? `${items.slice(0, 5).join(', ')} and ${items.length - 5} more` : items.join(', '));
const lines = (problems: readonly Problem[]): string => problems.map((problem) => `${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`).join('; ');

const LINES_MAX = 20;
const many = (problems: readonly Problem[]): string => `${lines(problems.slice(0, LINES_MAX))}${problems.length > LINES_MAX ? `; and ${problems.length - LINES_MAX} more` : ''}`;

/** Failures of uploading and publishing. Those of a stage are in its event; the others answer the request. */
export const publishingErrors = defineErrors('PUBLISHING', {
  UPLOAD_HEADER_INVALID: {
    kind: 'invalid',
    message: ({ header, problem }: { header: string; problem: string }) => `${header} ${problem}`,
    fix: 'Send Upload-Offset and Upload-Length, both whole numbers of bytes, with Content-Type: application/offset+octet-stream.',
  },
  UPLOAD_TOO_LARGE: {
    kind: 'too-large',
    message: ({ size, limitBytes }: { size: number; limitBytes: number }) => `a file of ${size} bytes is over the limit of ${limitBytes} bytes`,
    fix: 'Use a smaller file, or have the operator raise STEELYARD_UPLOAD_LIMIT_BYTES.',
  },
  UPLOAD_NOT_FOUND: {
    kind: 'not-found',
    message: ({ sha256 }: { sha256: string }) => `your organization has sent nothing of the file ${sha256}`,
    fix: 'Begin with a PATCH at Upload-Offset: 0.',
  },
  UNPUBLISHED_OVER_LIMIT: {
    kind: 'too-large',
    message: ({ size, heldBytes, limitBytes }: { size: number; heldBytes: number; limitBytes: number; hours: number }) =>
      `a file of ${size} bytes does not fit beside what your organization has uploaded and not published: ${heldBytes} of ${limitBytes} bytes`,
    fix: ({ hours }: { hours: number }) =>
      `Publish those files, or remove them with \`steelyard uploads remove\`: each goes by itself when it was not used for ${hours} hours. The operator sets STEELYARD_UNPUBLISHED_LIMIT_BYTES.`,
  },
  FILE_NOT_UNPUBLISHED: {
    kind: 'not-found',
    message: ({ sha256 }: { sha256: string }) => `your organization has no file ${sha256} that none of its versions names`,
    fix: 'See those that may be removed with `steelyard uploads list`.',
  },
  PUBLICATION_RUNNING: {
    kind: 'conflict',
    message: () => 'your organization is publishing just now, and uploaded files stay until that has ended',
    fix: 'Remove them when it has.',
    retryable: true,
  },
  UPLOAD_INTERRUPTED: {
    kind: 'cancelled',
    message: ({ sha256 }: { sha256: string }) => `the upload of ${sha256} broke off`,
    fix: 'Ask for the offset with HEAD and go on from there.',
    retryable: true,
  },
  REQUEST_INVALID: {
    kind: 'invalid',
    message: ({ problems }: { problems: readonly Problem[] }) => `the request cannot be used: ${lines(problems)}`,
  },
  PRICE_MISSING: {
    kind: 'invalid',
    message: (_: { model: string }) => 'model.yaml has no price',
    fix: 'Add e.g. price: { unit: request, amount: "0.0002", currency: usd }, or price: free. A trial run (dryRun) needs none.',
  },
  SIGNING_KEY_INVALID: {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => `the signing key is refused: ${problem}`,
    fix: 'Make one with `steelyard signing-key create`, or with `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout`.',
  },
  SIGNING_KEY_TAKEN: {
    kind: 'conflict',
    message: ({ name, id }: { name: string; id: string }) => `your organization has the signing key ${id} already, or another one that is called ${JSON.stringify(name)}`,
    fix: 'Give it another name, or use the one that is there. A key that was revoked keeps its name.',
  },
  SIGNING_KEYS_TOO_MANY: {
    kind: 'conflict',
    message: ({ limit }: { limit: number }) => `your organization has registered ${limit} signing keys, which is as many as it may`,
  },
  SIGNING_KEY_NOT_FOUND: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `your organization has no signing key ${JSON.stringify(id)}`,
    fix: 'See them with `steelyard signing-key list`.',
  },
  SIGNATURE_REQUIRED: {
    kind: 'invalid',
    message: ({ ref }: { ref: string }) => `${ref} is not signed, and your organization publishes nothing unsigned`,
    fix: 'Publish it with `steelyard publish --sign <private key file>`; `steelyard signing-key create` makes and registers a key.',
  },
  SIGNATURE_INVALID: {
    kind: 'invalid',
    message: ({ ref, problem }: { ref: string; problem: string }) => `the signature of ${ref} is refused: ${problem}`,
    fix: 'Sign what you send, for the organization that you send it as, with a key that it has registered and not revoked.',
  },
  CONTENT_CHANGED: {
    kind: 'unavailable',
    message: ({ digest }: { digest: string }) => `the version with the digest ${digest} is refused: its manifest or its list of files is not the one that was published`,
    retryable: false,
    fix: 'The database was changed behind the server: have the operator restore it, or publish the version anew under another number.',
  },
  SIGNATURE_LOST: {
    kind: 'unavailable',
    message: ({ digest, problem }: { digest: string; problem: string }) => `the version with the digest ${digest} is refused: ${problem}`,
    retryable: false,
    fix: 'The database was changed behind the server: have the operator restore it, or publish the version anew under another number.',
  },
  TOO_MANY_WAITING: {
    kind: 'rate-limited',
    message: ({ limit }: { limit: number }) => `${limit} publications of your organization are waiting, which is as many as may`,
    fix: 'Publish again when one of them has ended.',
  },
  PUBLICATION_NOT_FOUND: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `there is no publication ${id} of your organization`,
  },
  FILES_NOT_UPLOADED: {
    kind: 'invalid',
    message: ({ paths }: { paths: readonly string[] }) => `your organization has not uploaded ${list(paths)}`,
    fix: 'Upload the files to /v1/uploads/sha256/{sha256} and publish again; `steelyard publish` does both.',
  },
  FILE_SIZE_DIFFERS: {
    kind: 'invalid',
    message: ({ path, size, actualSize }: { path: string; size: number; actualSize: number }) => `${path} was announced with ${size} bytes; the file with that sha256 has ${actualSize}`,
    fix: 'Announce each file with the size that it has.',
  },
  FILES_MISSING: {
    kind: 'invalid',
    message: ({ paths }: { paths: readonly string[] }) => `the package lacks ${list(paths)}, which model.yaml or a sample names`,
    fix: 'Add the files to the package, or correct the paths.',
  },
  FILES_UNEXPECTED: {
    kind: 'invalid',
    message: ({ paths }: { paths: readonly string[] }) => `nothing in the package names ${list(paths)}`,
    fix: 'Send artifacts, card, samples/*.json and the files that the samples name; nothing else.',
  },
  FILE_TOO_LARGE: {
    kind: 'too-large',
    message: ({ path, size, limitBytes }: { path: string; size: number; limitBytes: number }) => `${path} has ${size} bytes; at most ${limitBytes} are read`,
  },
  SAMPLES_TOO_LARGE: {
    kind: 'too-large',
    message: ({ limitBytes }: { limitBytes: number }) => `all samples together, with the files that they name, have more than ${limitBytes} bytes`,
    fix: 'Use fewer samples or smaller files. A file counts as often as a sample names it.',
  },
  CARD_INVALID: {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `${path} is no text: it has a NUL character`,
    fix: 'Write the model card as Markdown in UTF-8.',
  },
  SAMPLES_MISSING: {
    kind: 'invalid',
    message: (_: { model: string }) => 'the package has no samples',
    fix: 'Add at least one samples/<name>.json with an input and what is expected of the answer.',
  },
  SAMPLE_INPUT_INVALID: {
    kind: 'invalid',
    message: ({ path, problems }: { path: string; problems: readonly Problem[] }) => `the input of ${path} does not fit the model's input schema: ${lines(problems)}`,
    fix: 'Correct the sample, or the input schema in model.yaml.',
  },
  CONTRACT_BROKEN: {
    kind: 'invalid',
    message: ({ version, predecessor, breaks }: { version: string; predecessor: string; breaks: readonly Problem[]; next: string }) =>
      `${version} would break callers of ${predecessor}: ${many(breaks)}`,
    fix: ({ predecessor, next }: { predecessor: string; next: string }) => `Publish it as ${next}, or keep to what callers of ${predecessor} rely on.`,
  },
  ARTIFACT_REFUSED: {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) => `${path} is refused: ${reason}`,
    fix: 'Export the model to a format that holds data only, e.g. ONNX or safetensors.',
  },
  RUNTIME_OUT_OF_RANGE: {
    kind: 'invalid',
    message: ({ runtime, version, range }: { runtime: string; version: string; range: string }) => `the runtime ${runtime} has version ${version} here, which is not in the range ${range}`,
    fix: 'Correct runtime.range in model.yaml, or have the operator install another version.',
  },
  RUNTIME_OPTIONS_INVALID: {
    kind: 'invalid',
    message: ({ runtime, problems }: { runtime: string; problems: readonly Problem[] }) => `the runtime ${runtime} does not take these options: ${lines(problems)}`,
    fix: 'Correct runtime.options in model.yaml.',
  },
  DEVICE_UNAVAILABLE: {
    kind: 'unavailable',
    message: ({ runtime, devices }: { runtime: string; devices: readonly string[] }) => `the model requires a GPU (resources.gpu in model.yaml), and the runtime ${runtime} can use none here; it has ${list(devices) || 'no device'}`,
    fix: 'Write resources: { gpu: prefer } when the model also runs without. The operator sees why with: steelyard engine devices',
    retryable: false,
  },
  SAMPLES_FAILED: {
    kind: 'invalid',
    message: ({ failed, total }: { failed: number; total: number }) => `${failed} of ${total} samples did not give what they expect`,
    fix: 'See the problems of each sample; correct the model, its ops, or the samples.',
  },
  INTERRUPTED: {
    kind: 'unavailable',
    message: (_: { stage: string }) => 'the server stopped while this ran',
    fix: 'Publish again; the files need not be sent again.',
  },
});
