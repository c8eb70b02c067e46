import { type InputProblem, SteelyardError } from '@steelyard/client';
import { AppError } from '@steelyard/kernel';
import type { CommandIo } from './command-io.js';
import { bigintAsText } from './command-context.js';
import { safeText } from './terminal/safe-text.js';
import { hasColours, styleOf } from './terminal/style.js';

/** Documented in the README and in `steelyard --help`. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  notAllowed: 3,
  paymentRequired: 4,
  tryAgain: 5,
  bug: 70,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly details?: unknown;
  readonly requestId?: string | undefined;
  readonly charged?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** The option that `idempotencyKey` is given with. */
  readonly askAgainWith?: string | undefined;
}

/** The name of what was asked for: asked for again under it, it is the same, and is not done or paid for twice. */
export interface AskAgain {
  /** Of the command, e.g. `--id`. */
  readonly option: string;
  readonly key: string;
}

interface ReportOptions {
  /** As `{error}` on stdout; as one line when others came before it. */
  readonly json: boolean | 'line';
  /** What the command has given a name; of a call the error itself knows it. */
  readonly askAgain?: AskAgain | undefined;
}

/** Says what happened and what to do. @returns the exit code */
export function reportFailure(error: unknown, io: CommandIo, { json, askAgain }: ReportOptions): ExitCode {
  const failure = { ...describe(error), ...askAgainFacts(askAgain ?? askAgainOf(error)) };
  if (json) {
    io.stdout.write(`${JSON.stringify({ error: failure }, bigintAsText, json === 'line' ? 0 : 2)}\n`);
  } else {
    const style = styleOf(hasColours(io.stderr, io.env));
    const mayBeCharged = failure.charged !== 'no';
    const facts = [
      failure.code,
      failure.requestId && `request ${failure.requestId}`,
      mayBeCharged && failure.charged && `charged: ${failure.charged}`,
      mayBeCharged && failure.askAgainWith && `to ask again without paying twice: ${failure.askAgainWith}`,
    ];
    const lines = [
      `${style.red('error:')} ${safeText(failure.message)}`,
      ...(failure.fix ? [`${style.bold('what to do:')} ${safeText(failure.fix)}`] : []),
      style.dim(safeText(facts.filter(Boolean).join(', '))),
    ];
    io.stderr.write(`${lines.join('\n')}\n`);
    if (isBug(error)) io.stderr.write(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
  }
  return exitCodeOf(error);
}

function describe(error: unknown): Failure {
  if (error instanceof SteelyardError) {
    const { code, message, fix, details, requestId, charged, kind } = error;
    return { code, message: withProblems(message, details), fix: fix ?? FIX_OF_KIND[kind], details, requestId, charged };
  }
  if (error instanceof AppError) return { code: error.code, message: error.message, fix: error.fix, details: error.details };
  if (isOperational(error)) return { code: `CLI.${error.code}`, message: error.message };
  return { code: 'CLI.BUG', message: error instanceof Error ? error.message : String(error), fix: 'This is a fault of the steelyard command. Please report it with the lines below.' };
}

/** Of a call the client gives it a key where the user gives none. */
function askAgainOf(error: unknown): AskAgain | undefined {
  return error instanceof SteelyardError && error.idempotencyKey !== undefined ? { option: '--idempotency-key', key: error.idempotencyKey } : undefined;
}

function askAgainFacts(askAgain: AskAgain | undefined): Pick<Failure, 'idempotencyKey' | 'askAgainWith'> | undefined {
  return askAgain && { idempotencyKey: askAgain.key, askAgainWith: `${askAgain.option} ${askAgain.key}` };
}

const FIX_OF_KIND: Readonly<Record<string, string>> = {
  unauthenticated: 'Check the key: `steelyard configure` stores one.',
  connection: 'Check that the platform runs and that --url (or STEELYARD_URL) is right.',
  'payment-required': 'Have the operator add credit: `steelyard operator credit <handle> <amount> --reason <why>`.',
};

/** The platform's list of what is wrong with an input, a line each. */
function withProblems(message: string, details: Readonly<Record<string, unknown>> | undefined): string {
  const problems = details?.['problems'];
  if (!Array.isArray(problems) || problems.length === 0) return message;
  const lines = (problems as readonly InputProblem[]).map(({ path, message }) => `  - ${path ? `${path}: ` : ''}${message}`);
  return lines.every((line) => message.includes(line.slice(4))) ? message : `${message}\n${lines.join('\n')}`;
}

/** Faults of the machine: a disk that is full, a folder that may not be written. */
function isOperational(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && typeof (error as { code?: unknown }).code === 'string';
}

function isBug(error: unknown): boolean {
  return !(error instanceof SteelyardError) && !(error instanceof AppError) && !isOperational(error);
}

export function exitCodeOf(error: unknown): ExitCode {
  if (isBug(error)) return ExitCode.bug;
  const { kind, code } = error as { kind?: string; code: string };
  if (kind === 'unauthenticated' || kind === 'forbidden') return ExitCode.notAllowed;
  if (kind === 'payment-required') return ExitCode.paymentRequired;
  if (kind === 'connection' || kind === 'unavailable' || kind === 'rate-limited' || kind === 'deadline-exceeded') return ExitCode.tryAgain;
  const isLocal = code.startsWith('CLI.') || code.startsWith('CLIENT.') || code.startsWith('PACKAGE.');
  return isLocal && kind === 'invalid' ? ExitCode.usage : ExitCode.failed;
}
