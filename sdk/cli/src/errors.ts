import { defineErrors } from '@steelyard/kernel';

/** Failures of the command itself. What the platform or a package refuses comes with an error of its own. */
export const cliErrors = defineErrors('CLI', {
  KEY_MISSING: {
    kind: 'unauthenticated',
    message: ({ url }: { url: string }) => `there is neither a key nor a session for ${url}`,
    fix: 'Run `steelyard login`, or `steelyard configure` with a key, or set STEELYARD_API_KEY. What is stored for another URL is not sent.',
  },
  SIGN_IN_TIMED_OUT: {
    kind: 'deadline-exceeded',
    message: (_: object) => 'nobody signed in within the time that there is for it',
    fix: 'Run `steelyard login` again; with --device on a machine that has no browser.',
  },
  NOT_SIGNED_IN: {
    kind: 'unauthenticated',
    message: ({ profile }: { profile: string }) => `nobody is signed in, in the profile ${profile}`,
    fix: 'Run `steelyard login`.',
  },
  ORGANIZATION_UNKNOWN: {
    kind: 'not-found',
    message: ({ handle, known }: { handle: string; known: readonly string[] }) => `you belong to no organization ${handle}${known.length > 0 ? `; you belong to ${known.join(', ')}` : ''}`,
  },
  OPERATOR_KEY_MISSING: {
    kind: 'unauthenticated',
    message: ({ path }: { path: string }) => `there is no operator key at ${path}`,
    fix: "The server writes it on its first start, into its data folder; name it with --operator-key-file, or run this where the server's data folder is.",
  },
  VERSION_UNKNOWN: {
    kind: 'invalid',
    message: ({ version }: { version: string }) => `the engine knows no version "${version}"`,
    fix: 'Write owner/model@version, or a digest that `steelyard engine status --json` shows.',
  },
  PROFILE_UNREADABLE: {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) => `${path} cannot be read: ${reason}`,
    fix: 'Correct the file, or delete it and run `steelyard configure`.',
  },
  PROFILE_UNKNOWN: {
    kind: 'invalid',
    message: ({ profile, known }: { profile: string; known: readonly string[] }) =>
      `there is no profile "${profile}"${known.length > 0 ? `; there are ${known.join(', ')}` : ''}`,
    fix: ({ profile }: { profile: string }) => `Run \`steelyard configure --profile ${profile}\`.`,
  },
  ARGUMENT_INVALID: {
    kind: 'invalid',
    message: ({ argument, problem }: { argument: string; problem: string }) => `${argument} ${problem}`,
  },
  FILE_UNREADABLE: {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) => `${path} cannot be read: ${reason}`,
  },
  NOT_SIGNED: {
    kind: 'not-found',
    message: ({ ref }: { ref: string }) => `${ref} is not signed`,
    fix: 'Its owner signs what is published with `steelyard publish --sign <key file>`.',
  },
  NOT_AS_ASKED: {
    kind: 'conflict',
    message: ({ ref, problems }: { ref: string; problems: readonly string[]; commands: readonly string[] }) => `${ref} was published before, with the same content, and ${problems.join(' and ')}`,
    fix: ({ commands }: { ref: string; problems: readonly string[]; commands: readonly string[] }) => `Publishing it once more changes nothing. Run ${commands.map((command) => `\`${command}\``).join(' and ')}.`,
  },
  EXPORT_BROKEN_OFF: {
    kind: 'unavailable',
    message: ({ bytes }: { bytes: number }) => `the connection broke after ${bytes} bytes, before the file was complete`,
    fix: 'Run the command again; `steelyard usage export` gives less at a time with --from and --to.',
  },
  EXPORT_UNWRITABLE: {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) => `${path} cannot be written: ${reason}`,
    fix: 'Name another file with --out.',
  },
  FILE_UNWRITABLE: {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) => `${path} cannot be written: ${reason}`,
    fix: 'Name another file with --output; nothing is ever overwritten.',
  },
  PERIOD_STUCK: {
    kind: 'conflict',
    message: ({ period, problems }: { period: number; problems: readonly string[] }) => `${period} is closed, and documents of it are stuck:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    fix: 'They are tried again by themselves; `steelyard period list` shows how far they are.',
  },
  CORRECTION_REFUSED: {
    kind: 'invalid',
    message: ({ problems }: { problems: readonly { eventId: string; problem: string }[] }) => `nothing was taken back:\n${problems.map(({ eventId, problem }) => `  - ${eventId} ${problem}`).join('\n')}`,
    fix: 'Leave these out, and send the others again.',
  },
  CALL_UNKNOWN: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `there is no call ${id}`,
    fix: 'Take the id from the list of calls, a receipt or an export. A call appears within a second of its end.',
  },
  FOLDER_NOT_EMPTY: {
    kind: 'conflict',
    message: ({ path }: { path: string }) => `${path} exists already`,
    fix: 'Name another folder; nothing is ever overwritten.',
  },
  MODEL_UNFIT: {
    kind: 'invalid',
    message: ({ file, reason }: { file: string; reason: string }) => `${file} cannot be offered as it is: ${reason}`,
  },
  RUNTIME_UNFIT: {
    kind: 'invalid',
    message: ({ runtime, task }: { runtime: string; task: string }) => `there is no template for the task ${task} with the runtime ${runtime}`,
    fix: 'Use --runtime onnx, or --task custom with --runtime echo.',
  },
  UPLOAD_STUCK: {
    kind: 'unavailable',
    message: ({ path, offset, size }: { path: string; offset: number; size: number }) => `the upload of ${path} makes no progress: ${offset} of ${size} bytes`,
    fix: 'Run the same command again; it goes on where this one stopped.',
  },
  FILE_CHANGED: {
    kind: 'conflict',
    message: ({ path }: { path: string }) => `${path} changed while it was being sent`,
    fix: 'Run the command again.',
  },
  PUBLICATION_LOST: {
    kind: 'unavailable',
    message: ({ id }: { id: string }) => `the progress of publication ${id} cannot be followed`,
    fix: 'It goes on all the same. Look with `steelyard models`, or publish again: what is there is not sent twice.',
  },
  TYPES_OUTDATED: {
    kind: 'conflict',
    message: ({ path }: { path: string }) => `${path} is not what the catalog says now`,
    fix: 'Run `steelyard generate`.',
  },
  NOT_COMPARABLE: {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `these cannot be compared: ${reason}`,
    fix: 'Name models of one task; `steelyard models` shows them.',
  },
  DATA_INVALID: {
    kind: 'invalid',
    message: ({ path, problems, more }: { path: string; problems: readonly { line: number; message: string }[]; more: number }) =>
      `${path} cannot be used:\n${problems.map(({ line, message }) => `  - line ${line} ${message}`).join('\n')}${more > 0 ? `\n  and ${more} more` : ''}`,
    fix: 'Every line is {"input": {...}, "expected": ...}; a file beside it is {"$file": "a.png"}. Nothing was called.',
  },
  COST_TOO_HIGH: {
    kind: 'invalid',
    message: ({ what, max }: { what: string; max: string }) => `${what}, more than the ${max} allowed`,
    fix: 'Use fewer lines, or allow more with --max-cost. Nothing was called.',
  },
  COST_NOT_AGREED: {
    kind: 'invalid',
    message: ({ what }: { what: string }) => `${what}, and nobody agreed to that`,
    fix: 'Agree with --yes, or bound it with --max-cost. Nothing was called.',
  },
  CALL_NOT_FOUND: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `your organization has made no call ${id}`,
    fix: 'Take the id from the answer of the call, or from `steelyard usage`.',
  },
  BUDGET_INVALID: {
    kind: 'invalid',
    message: ({ problems }: { problems: readonly { field: string; message: string }[] }) => `the budget cannot be so:\n${problems.map(({ field, message }) => `  - ${field}: ${message}`).join('\n')}`,
    fix: 'Nothing was changed.',
  },
  BUDGET_BELOW_USED: {
    kind: 'conflict',
    message: ({ message }: { message: string; used: string; fix: string }) => message,
    fix: ({ fix }: { message: string; used: string; fix: string }) => `${fix} Nothing was changed.`,
  },
  WEBHOOK_REFUSED: {
    kind: 'unavailable',
    message: ({ problem }: { problem: string }) => `the test did not arrive: ${problem}`,
    fix: "Correct what answers there, or give the budget another address with `steelyard budget change`.",
  },
  PUBLISHING_KEY_OF_ALL: {
    kind: 'invalid',
    message: (_: object) => 'a key for publishing is kept on a build server, and should publish no more than what is built there',
    fix: 'Say which models: --models acme/digits. A model is there once its first version has been published, by a person or another key.',
  },
  NOT_FOUND: {
    kind: 'not-found',
    message: ({ what }: { what: string }) => `there is no ${what}`,
  },
});
