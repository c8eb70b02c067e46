import { runtimeErrors } from '@steelyard/runtime-kit';

export interface SpawnVariables {
  /** Path of the Unix socket on which the host listens. */
  readonly socketPath: string;
  readonly token: string;
  /** npm package of the runtime plugin. */
  readonly runtimePackage: string;
  /** Where the host was started; packages are looked for from there first. */
  readonly packageFolder?: string | undefined;
  /** For process lists. */
  readonly label: string;
}

/**
 * The few variables a host gives to the runner it starts; the rest of the environment is empty on purpose.
 * @throws AppError `RUNTIME.SPAWN_INCOMPLETE` when one is missing.
 */
export function readSpawnVariables(env: Readonly<Record<string, string | undefined>>): SpawnVariables {
  const read = (name: string): string => {
    const value = env[name];
    if (!value) throw runtimeErrors.SPAWN_INCOMPLETE({ variable: name });
    return value;
  };
  return {
    socketPath: read('STEELYARD_RUNNER_SOCKET'),
    token: read('STEELYARD_RUNNER_TOKEN'),
    runtimePackage: read('STEELYARD_RUNNER_RUNTIME'),
    packageFolder: env['STEELYARD_RUNNER_PACKAGE_FOLDER'],
    label: env['STEELYARD_RUNNER_LABEL'] ?? '',
  };
}
