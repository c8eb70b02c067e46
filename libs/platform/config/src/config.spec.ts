import { isAbsolute } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from './config.js';
import { renderEnvExample, renderReference } from './render.js';
import { settings } from './settings.js';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
}

describe('config', () => {
  it('needs no variable at all', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ port: 4700, host: '127.0.0.1', databaseUrl: undefined, runtimes: [], keyPepper: [], feeBasisPoints: 1_500 });
    expect(isAbsolute(config.dataDir)).toBe(true);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reads numbers, lists and addresses; set to nothing is not set', () => {
    const config = loadConfig({ STEELYARD_PORT: '0', STEELYARD_RUNTIMES: ' @acme/runtime-x, other ,', DATABASE_URL: 'postgres://u@h/db', STEELYARD_HOST: '' });
    expect(config).toMatchObject({ port: 0, runtimes: ['@acme/runtime-x', 'other'], databaseUrl: 'postgres://u@h/db', host: '127.0.0.1' });
  });

  it('reports all problems at once, without the values', () => {
    const secret = 'mysql://root:hunter2@db/x';
    const problems = problemsOf({ STEELYARD_PORT: '70000', DATABASE_URL: secret, STEELYARD_LOG_LEVEL: 'loud', STEELYARD_FEE_BASIS_POINTS: '1.5', STEELYARD_KEY_PEPPER: 'hunter2' });
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'DATABASE_URL', 'STEELYARD_FEE_BASIS_POINTS', 'STEELYARD_KEY_PEPPER', 'STEELYARD_LOG_LEVEL', 'STEELYARD_PORT',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });
});

describe('the pages made from the settings', () => {
  const variables = Object.values(settings).map((setting) => setting.env);

  it('name every variable once, and no variable has two meanings', () => {
    expect(new Set(variables).size).toBe(variables.length);
    for (const variable of variables) {
      expect(renderEnvExample().match(new RegExp(`^#${variable}=`, 'gm'))).toHaveLength(1);
      expect(renderReference().match(new RegExp(`^\\| \`${variable}\` \\|`, 'gm'))).toHaveLength(1);
    }
  });

  it('give defaults that are accepted when they are uncommented', () => {
    const env = Object.fromEntries([...renderEnvExample().matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
    expect(loadConfig(env)).toEqual(loadConfig({}));
  });
});
