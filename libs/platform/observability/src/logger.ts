import { pino, type DestinationStream } from 'pino';
import { redactFields, redactLine } from './redact.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Structured log lines: first the fields for machines, then the sentence for people. Pass errors as `err`. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
  /** A logger that adds `fields` to each of its lines. */
  child(fields: object): Logger;
}

/** Injects the {@link Logger}. */
export const LOGGER = Symbol('steelyard:logger');

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Lines for a terminal instead of JSON. */
  readonly pretty?: boolean | undefined;
  /** Where lines go; standard output when absent. */
  readonly stream?: DestinationStream | undefined;
}

/**
 * JSON lines without credentials, inputs or outputs: fields with such names are blanked at any depth, and anything that looks like an API key
 * is blanked wherever it stands.
 */
export function createLogger(options: LoggerOptions): Logger {
  const target = options.stream ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactFields, bindings: redactFields },
      hooks: { streamWrite: redactLine },
      serializers: { err: (value: unknown) => value },
    },
    options.pretty ? prettyStream(target) : target,
  );
}

/** A logger that writes nothing; for tests and for tools that report in their own way. */
export const silentLogger: Logger = createLogger({ level: 'silent' });

function prettyStream(target: DestinationStream): DestinationStream {
  return {
    write(line) {
      const { level, time, msg, err, ...fields } = JSON.parse(line) as PrettyLine;
      const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
      const trace = err ? `\n  ${err.stack ?? err.message ?? ''}` : '';
      target.write(`${time.slice(11, 19)} ${level.toUpperCase().padEnd(5)} ${msg ?? ''}${rest.join('')}${trace}\n`);
    },
  };
}

interface PrettyLine {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}
