import { defineErrors, formatNano } from '@steelyard/kernel';
import type { Problem } from '@steelyard/model-package';

const sentence = (problems: readonly Problem[]): string => problems.map(({ path, message }) => `${path || 'input'}: ${message}`).join('; ');

export const inferenceErrors = defineErrors('INFERENCE', {
  INPUT_INVALID: {
    kind: 'invalid',
    message: ({ label, problems }: { label: string; problems: readonly Problem[] }) => `The input does not fit ${label}: ${sentence(problems)}`,
    fix: 'Compare it with the input schema, which `steelyard generate` writes as types, and with the samples of the model.',
  },
  PAYMENT_REQUIRED: {
    kind: 'payment-required',
    message: (p: { requiredNano: string; availableNano: string; currency: string }) =>
      `This call may cost ${formatNano(BigInt(p.requiredNano))} ${p.currency}, and ${formatNano(BigInt(p.availableNano))} ${p.currency} is available`,
    fix: 'Add credit to the organization, then send the call again.',
  },
  LIMIT_REACHED: {
    kind: 'payment-required',
    message: (p: { requiredNano: string; availableNano: string; currency: string; budgetId: string }) =>
      `This call may cost ${formatNano(BigInt(p.requiredNano))} ${p.currency}, and ${formatNano(BigInt(p.availableNano))} ${p.currency} is left of a budget of the organization`,
    fix: 'Raise the budget, end it, or wait until its day or month is over; `steelyard budget list` shows it.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    kind: 'unprocessable',
    message: ({ key }: { key: string }) => `Idempotency key "${key}" was used for another request`,
    fix: 'Make a new key for every new request; send the same key only with the same model and input.',
  },
  IDEMPOTENCY_KEY_INVALID: {
    kind: 'invalid',
    message: () => 'An idempotency key is 1 to 255 printable ASCII characters',
  },
  STILL_RUNNING: {
    kind: 'unavailable',
    message: ({ id }: { id: string }) => `The first call with this idempotency key (prediction ${id}) has not ended, or is not written down yet`,
    fix: 'Send the call again with the same key in a moment.',
  },
  OPTION_NOT_CONFIGURED: {
    kind: 'not-configured',
    message: ({ option }: { option: string }) => `Option "${option}" is not configured on this server`,
    fix: 'Leave the option out.',
  },
  DEADLINE_PASSED: {
    kind: 'deadline-exceeded',
    message: () => 'The deadline had passed when the call arrived',
    fix: 'Give the call more time.',
  },
  CUT_SHORT_BY_CALLER: {
    kind: 'cancelled',
    message: (cut: CutShort) => `The caller left after ${cut.parts} parts of the answer; ${paid(cut)}`,
  },
  CUT_SHORT_BY_DEADLINE: {
    kind: 'deadline-exceeded',
    message: (cut: CutShort) => `The deadline passed after ${cut.parts} parts of the answer; ${paid(cut)}`,
    fix: 'Give the call more time, and take its parts as they come.',
  },
  PREDICTION_NOT_FOUND: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `Your organization has made no prediction ${id}`,
    fix: 'Take the id from the answer of the call or from the usage page, and ask with a key of the organization that called.',
  },
  NO_RECEIPT: {
    kind: 'not-found',
    message: ({ id, errorCode }: { id: string; errorCode: string }) => `Prediction ${id} failed (${errorCode}) and was not charged, so there is no receipt of it`,
  },
  RECEIPT_KEY_SEALED: {
    kind: 'internal',
    message: ({ kid }: { kid: string }) => `The key that receipts are signed with (${kid}) was sealed with a pepper that this server lacks`,
    fix: 'Have the operator give the server that pepper again (STEELYARD_KEY_PEPPER), or sign with a new key: `steelyard operator rotate-receipt-key`.',
  },
  CUT_SHORT_BY_LIMIT: {
    kind: 'payment-required',
    message: ({ budgetId, ...cut }: CutShort & { readonly budgetId?: string }) =>
      `${budgetId === undefined ? 'The credit' : 'A budget of the organization'} was used up after ${cut.parts} parts of the answer; ${paid(cut)}`,
    fix: 'Add credit or raise the budget, then send the call again with a new idempotency key.',
  },
  HOLD_GONE: {
    kind: 'unavailable',
    message: () => 'The money that was held for the call was given back while it ran; it is not charged',
    fix: 'Send the call again.',
  },
  REPLAY_LEFT: {
    kind: 'cancelled',
    message: ({ id }: { id: string }) => `The caller left while prediction ${id}, which its idempotency key leads to, was running`,
  },
  ANSWER_GONE: {
    kind: 'unprocessable',
    message: ({ id }: { id: string }) => `Prediction ${id}, which was charged, has no answer any more, and was run again often enough`,
    fix: 'Make a new idempotency key; the call is then a new one.',
  },
  ANSWER_UNWRITABLE: {
    kind: 'internal',
    message: ({ id, ...paid }: Unwritten) => `Prediction ${id} has run, and its answer cannot be written in the form that was asked for${paid.amountNano === '0' ? '' : `; ${charged(paid)}`}`,
    fix: 'Ask for the answer as CBOR, at POST /v1/predict with `Accept: application/cbor`, and with the same idempotency key if the call had one; tell the provider of the model.',
  },
  NOT_RUN_AGAIN: {
    kind: 'unprocessable',
    message: ({ id, errorCode }: { id: string; errorCode: string }) => `Prediction ${id} was cut short (${errorCode}) and charged for what ran; it is not run again under its key`,
    fix: 'Make a new idempotency key; the call is then a new one.',
  },
  TAG_INVALID: {
    kind: 'invalid',
    message: () => 'A tag is 1 to 64 printable ASCII characters',
  },
});

interface CutShort {
  /** How many the caller was given. */
  readonly parts: number;
  /** Of the prediction. */
  readonly id: string;
  /** What it costs. */
  readonly amountNano: string;
  readonly currency: string;
}

/** Of a call with an answer that its caller does not get. */
interface Unwritten extends Omit<CutShort, 'parts'> {
  /** It was paid for earlier. */
  readonly replayed: boolean;
}

function paid(cut: Pick<CutShort, 'amountNano' | 'currency'>): string {
  return `${charged(cut)} for what ran`;
}

function charged({ amountNano, currency }: Pick<CutShort, 'amountNano' | 'currency'>): string {
  return `${formatNano(BigInt(amountNano))} ${currency} is charged`;
}
