import type { ResolvedVersion } from '@steelyard/domain-catalog';
import { maskInput, type CallPolicy } from '@steelyard/domain-privacy';
import { PERSONAL_KINDS, type PersonalCounts } from '@steelyard/kernel';
import type { PredictCommand } from './predict-command.js';

export interface MaskedCommand {
  /** The same object where nothing was masked. */
  readonly command: PredictCommand;
  /** Absent for nothing. */
  readonly masked?: PersonalCounts | undefined;
}

/**
 * A call as its model may see it: by the policies that it falls under, and by its own wish, which is for every kind.
 * @throws AppError `PRIVACY.BLOCKED`
 */
export function maskCommand(command: PredictCommand, version: ResolvedVersion, { mask, block }: CallPolicy): MaskedCommand {
  const { privacy } = command.options;
  if (mask.size + block.size === 0 && !privacy) return { command };
  const all = new Set(PERSONAL_KINDS);
  const { input, counts } = maskInput(command.input, version.manifest.input, { mask: privacy === 'mask' ? all : mask, block: privacy === 'block' ? all : block });
  return input === command.input ? { command } : { command: { ...command, input, encoded: undefined }, masked: counts };
}
