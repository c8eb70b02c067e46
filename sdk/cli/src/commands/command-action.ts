import type { CommandContext } from '../command-context.js';
import type { ExitCode } from '../report-failure.js';

/** Makes an action that commander can call out of one that is given its context. What it throws is reported. */
export type Run = <A extends readonly unknown[]>(action: (context: CommandContext, ...args: A) => Promise<ExitCode | void>) => (...args: A) => Promise<void>;
