import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cliErrors } from './errors.js';

/** Where a platform is and how to come in: with a key (`steelyard configure`) or signed in (`steelyard login`). */
export interface Profile {
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** The token of a session. */
  readonly session?: string | undefined;
  /** The handle of the organization that whoever is signed in acts for. */
  readonly organization?: string | undefined;
}

const TEXTS = ['apiKey', 'session', 'organization'] as const;

export type Profiles = Readonly<Record<string, Profile>>;

export const DEFAULT_PROFILE = 'default';

/** `$XDG_CONFIG_HOME/steelyard/config.json`, by default below `~/.config`. */
export function profilePath(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  return join(base, 'steelyard', 'config.json');
}

/** @throws AppError `CLI.PROFILE_UNREADABLE`; no file is no profiles */
export async function readProfiles(path: string): Promise<Profiles> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw cliErrors.PROFILE_UNREADABLE({ path, reason: (error as Error).message }, error);
  }
  const profiles = parse(text, path);
  for (const [name, profile] of Object.entries(profiles)) {
    const stored = (profile ?? {}) as Partial<Record<keyof Profile, unknown>>;
    if (typeof stored.url !== 'string' || TEXTS.some((field) => stored[field] !== undefined && typeof stored[field] !== 'string')) {
      throw cliErrors.PROFILE_UNREADABLE({ path, reason: `profile "${name}" needs a url and may have ${TEXTS.join(', ')}, all texts` });
    }
  }
  return profiles;
}

function parse(text: string, path: string): Profiles {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw cliErrors.PROFILE_UNREADABLE({ path, reason: (error as Error).message }, error);
  }
  const profiles = (content as { profiles?: unknown } | null)?.profiles;
  if (typeof profiles !== 'object' || profiles === null) throw cliErrors.PROFILE_UNREADABLE({ path, reason: 'it has no "profiles"' });
  return profiles as Profiles;
}

/** Readable by its owner alone, and whole at every moment. */
export async function writeProfile(path: string, name: string, profile: Profile): Promise<void> {
  const profiles = { ...(await readProfiles(path)), [name]: profile };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ profiles }, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}
