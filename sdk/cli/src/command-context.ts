import { type Client, createClient } from '@steelyard/client';
import type { CommandIo } from './command-io.js';
import { cliErrors } from './errors.js';
import type { AskAgain } from './report-failure.js';
import { readOperatorKey, resolveSettings, type GlobalFlags, type Settings } from './settings.js';
import { safeText } from './terminal/safe-text.js';
import { hasColours, type Style, styleOf } from './terminal/style.js';

/** A client with the address and key that it uses. */
export interface Connected extends Settings {
  readonly client: Client;
}

/** What a command works with: its streams, the platform, and how its result is to be shown. */
export class CommandContext {
  /** For what goes to stderr. */
  readonly style: Style;
  readonly isInteractive: boolean;
  #askAgain: AskAgain | undefined;

  constructor(
    readonly io: CommandIo,
    readonly flags: GlobalFlags,
  ) {
    this.style = styleOf(hasColours(io.stderr, io.env));
    this.isInteractive = io.stdin.isTTY === true && io.stderr.isTTY === true && !flags.json;
  }

  /** @throws AppError `CLI.KEY_MISSING` | `CLI.PROFILE_*` */
  async connect(): Promise<Connected> {
    const settings = await resolveSettings(this.flags, this.io);
    if (settings.apiKey === undefined) throw cliErrors.KEY_MISSING({ url: settings.url });
    return this.#connectWith(settings);
  }

  /** For what everybody is told: needs no key and shows none. @throws AppError `CLI.PROFILE_*` */
  async connectAsNobody(): Promise<Connected> {
    const { url } = await resolveSettings(this.flags, this.io);
    return this.#connectWith({ url, apiKey: undefined });
  }

  /** @throws AppError `CLI.OPERATOR_KEY_MISSING` | `CLI.PROFILE_*` */
  async connectAsOperator(keyFile: string | undefined): Promise<Connected> {
    const { url } = await resolveSettings(this.flags, this.io);
    return this.#connectWith({ url, apiKey: this.flags.apiKey ?? (await readOperatorKey(keyFile, this.io)) });
  }

  #connectWith(settings: Settings): Connected {
    return { ...settings, client: createClient({ baseUrl: settings.url, apiKey: settings.apiKey, organization: settings.organization }) };
  }

  /** The command's result: one JSON document with `--json`, else the text. */
  result(data: unknown, text: () => string): void {
    const shown = this.flags.json ? JSON.stringify(data, bigintAsText, 2) : safeText(text());
    if (shown !== '') this.io.stdout.write(`${shown}\n`);
  }

  /** To be called before money is moved: when the answer is lost, this is how to ask again without moving it twice. Said at once, and with `--json` in the failure. */
  nameRequest(what: string, askAgain: AskAgain): void {
    this.#askAgain = askAgain;
    this.note(this.style.dim(`${what} ${askAgain.key}`));
  }

  get askAgain(): AskAgain | undefined {
    return this.#askAgain;
  }

  /** A line about what is going on; not with `--json`. */
  note(line: string): void {
    if (!this.flags.json) this.io.stderr.write(`${line}\n`);
  }
}

export function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
