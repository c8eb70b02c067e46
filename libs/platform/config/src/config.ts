import { resolve } from 'node:path';
import type { z } from 'zod';
import { settings, type Setting } from './settings.js';

type Settings = typeof settings;

export type Config = Readonly<{ [K in keyof Settings]: z.infer<Settings[K]['schema']> }>;

/** Injects the {@link Config}. */
export const CONFIG = Symbol('steelyard:config');

export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads all settings from environment variables, once, at boot. A variable that is set to nothing counts as not set.
 * @throws ConfigError naming every variable that is wrong, not only the first; without their values, which may be secret.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = [];
  const values = Object.entries<Setting>(settings).map(([name, setting]) => {
    const text = env[setting.env];
    const result = setting.schema.safeParse(text === '' ? undefined : text);
    if (!result.success) problems.push(`${setting.env}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
    return [name, result.data];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const config = Object.fromEntries(values) as Config;
  return Object.freeze({ ...config, dataDir: resolve(config.dataDir) });
}
