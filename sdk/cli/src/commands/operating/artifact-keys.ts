import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { ExitCode } from '../../report-failure.js';
import type { Run } from '../command-action.js';
import { keyFileOf } from '../operator-key.js';

export function addArtifactKeys(operator: Command, run: Run): void {
  operator
    .command('rotate-artifact-keys')
    .description('seal uploaded files with the newest key of STEELYARD_ARTIFACT_KEYS: plain ones, and the keys of sealed ones')
    .addHelpText('after', '\nExample:\n  $ steelyard operator rotate-artifact-keys')
    .action(run(rotateArtifactKeys));
}

interface SealReport {
  readonly sealed: number;
  readonly rewrapped: number;
  readonly left: number;
  readonly failed: readonly { readonly sha256: string; readonly reason: string }[];
}

/** The server works for some seconds at a time. */
async function rotateArtifactKeys(context: CommandContext, _flags: object, command: Command): Promise<ExitCode> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = 'mutation RotateArtifactKeys { rotateArtifactKeys { sealed rewrapped left failed { sha256 reason } } }';
  let [sealed, rewrapped] = [0, 0];
  for (let before = Infinity; ; ) {
    const { rotateArtifactKeys: report } = await client.graphql<{ rotateArtifactKeys: SealReport }>(document);
    const { left, failed } = report;
    sealed += report.sealed;
    rewrapped += report.rewrapped;
    if (left > 0 && left < before) {
      context.note(`${left} files are left`);
      before = left;
      continue;
    }
    const unsealed = left + failed.length;
    const outcome = unsealed === 0 ? 'all files are sealed with the newest key' : `${unsealed} files are not`;
    context.result({ sealed, rewrapped, left, failed }, () => `${sealed} files were sealed and ${rewrapped} keys sealed anew; ${outcome}`);
    for (const { sha256, reason } of failed) context.note(context.style.red(`${sha256}: ${reason}`));
    return unsealed === 0 ? ExitCode.ok : ExitCode.failed;
  }
}
