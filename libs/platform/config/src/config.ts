import { resolve } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const count = z.coerce.number().int().positive();

/** Every setting with its variable, its default and what it does; `.env.example` and the reference page are made from it. */
export const settings = {
  dataDir: { env: 'STEELYARD_DATA_DIR', schema: z.string().default('.steelyard'), about: 'Folder for the embedded database, packages, usage log and operator key.' },
  host: { env: 'STEELYARD_HOST', schema: z.string().default('127.0.0.1'), about: 'Address to listen on.' },
  port: { env: 'STEELYARD_PORT', schema: port.default(4700), about: 'Port to listen on; 0 takes a free one.' },
  databaseUrl: { env: 'DATABASE_URL', schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(), about: 'PostgreSQL to use. Unset: an embedded PostgreSQL in the data folder.' },
  feeBasisPoints: { env: 'STEELYARD_FEE_BASIS_POINTS', schema: z.coerce.number().int().min(0).max(10_000).default(1_500), about: "The platform's share of every charge, in hundredths of a percent." },
  usageLogSync: { env: 'STEELYARD_USAGE_LOG_SYNC', schema: z.enum(['fsync', 'write']).default('fsync'), about: '`fsync`: an answered call survives a power cut. `write`: it survives a killed process only, and costs less.' },
  bodyLimitBytes: { env: 'STEELYARD_BODY_LIMIT_BYTES', schema: count.default(16 * 1024 * 1024), about: 'Largest request body of a prediction.' },
  uploadLimitBytes: { env: 'STEELYARD_UPLOAD_LIMIT_BYTES', schema: count.default(8 * 1024 * 1024 * 1024), about: 'Largest file of a package.' },
  deadlineMs: { env: 'STEELYARD_DEADLINE_MS', schema: count.default(30_000), about: 'How long a prediction may take when the caller names no deadline.' },
  runtimes: { env: 'STEELYARD_RUNTIMES', schema: z.string().default('').transform((text) => text.split(',').map((name) => name.trim()).filter(Boolean)), about: 'Further runtime packages to offer, as npm package names with commas between them.' },
  logLevel: { env: 'STEELYARD_LOG_LEVEL', schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'), about: 'Least important log line to write.' },
} as const;

type Settings = typeof settings;
export type Config = Readonly<{ [K in keyof Settings]: z.infer<Settings[K]['schema']> }>;

export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads all settings from environment variables, once, at boot.
 * @throws ConfigError naming every variable that is wrong, not only the first.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems: string[] = [];
  const values = Object.entries(settings).map(([name, setting]) => {
    const text = env[setting.env];
    const result = setting.schema.safeParse(text === '' ? undefined : text);
    if (!result.success) problems.push(`${setting.env}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
    return [name, result.data];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const config = Object.fromEntries(values) as Config;
  return Object.freeze({ ...config, dataDir: resolve(config.dataDir) });
}
