import type { Command } from 'commander';

export const KEY_FILE_OPTION = ['--operator-key-file <file>', "default: operator.key in the server's data folder, $STEELYARD_DATA_DIR or .steelyard"] as const;

export interface OperatorFlags {
  readonly operatorKeyFile?: string;
}

/** The option stands on the group, before or after its sub-command. */
export function keyFileOf(command: Command): string | undefined {
  return command.optsWithGlobals<OperatorFlags>().operatorKeyFile;
}
