import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_BASE_URL } from '@steelyard/client';
import type { CommandIo } from './command-io.js';
import { cliErrors } from './errors.js';
import { DEFAULT_PROFILE, type Profile, profilePath, readProfiles } from './profile-file.js';

/** Options that every command has. */
export interface GlobalFlags {
  readonly url?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly org?: string | undefined;
  readonly profile?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Which platform to speak to, as whom and for whom. */
export interface Settings {
  readonly url: string;
  /** An API key, or the token of a session. */
  readonly apiKey: string | undefined;
  /** Whom a session acts for; the platform chooses when it is not said. */
  readonly organization?: string | undefined;
}

/**
 * Flags before environment before the stored profile. The profile's key or session goes to the profile's URL only: another
 * URL, given for once, does not get to see it.
 * @throws AppError `CLI.PROFILE_*`
 */
export async function resolveSettings(flags: GlobalFlags, io: CommandIo): Promise<Settings> {
  const profile = await storedProfile(flags, io);
  const url = flags.url ?? (io.env['STEELYARD_URL'] || undefined) ?? profile?.url ?? DEFAULT_BASE_URL;
  const stored = profile && sameServer(profile.url, url) ? profile : undefined;
  const given = flags.apiKey ?? (io.env['STEELYARD_API_KEY'] || undefined);
  return {
    url,
    apiKey: given ?? stored?.apiKey ?? stored?.session,
    organization: flags.org ?? (io.env['STEELYARD_ORGANIZATION'] || undefined) ?? (given === undefined ? stored?.organization : undefined),
  };
}

/** The name of the profile that a command reads or writes. */
export function profileName(flags: GlobalFlags, io: CommandIo): string {
  return flags.profile ?? (io.env['STEELYARD_PROFILE'] || DEFAULT_PROFILE);
}

async function storedProfile(flags: GlobalFlags, io: CommandIo): Promise<Profile | undefined> {
  const chosen = flags.profile ?? (io.env['STEELYARD_PROFILE'] || undefined);
  const profiles = await readProfiles(profilePath(io.env));
  const name = chosen ?? DEFAULT_PROFILE;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (chosen !== undefined && !profile) throw cliErrors.PROFILE_UNKNOWN({ profile: chosen, known: Object.keys(profiles) });
  return profile;
}

function sameServer(a: string, b: string): boolean {
  const plain = (url: string) => (URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url);
  return plain(a) === plain(b);
}

/**
 * The key that the server wrote on its first start.
 * @param file default: `operator.key` in the data folder, `$STEELYARD_DATA_DIR` or `.steelyard`
 * @throws AppError `CLI.OPERATOR_KEY_MISSING`
 */
export async function readOperatorKey(file: string | undefined, io: CommandIo): Promise<string> {
  const path = resolve(io.cwd, file ?? join(io.env['STEELYARD_DATA_DIR'] || '.steelyard', 'operator.key'));
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw cliErrors.OPERATOR_KEY_MISSING({ path }, error);
  }
}
