import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { ExitCode } from '../../report-failure.js';
import type { Style } from '../../terminal/style.js';
import { hasColours, styleOf } from '../../terminal/style.js';
import type { Run } from '../command-action.js';
import { KEY_FILE_OPTION, keyFileOf } from '../operator-key.js';

export function addDoctor(program: Command, run: Run): void {
  program
    .command('doctor')
    .option(...KEY_FILE_OPTION)
    .description('whether a running installation is fit to be put on the internet')
    .addHelpText('after', '\nExit code 1 when anything fails; what is to be looked at does not.\n\nExample:\n  $ steelyard doctor --url https://models.example.org')
    .action(run(examine));
}

interface Finding {
  readonly id: string;
  readonly group: string;
  readonly level: 'OK' | 'WARN' | 'FAIL';
  readonly what: string;
  readonly found: string;
  readonly why: string | null;
  readonly fix: string | null;
}

const CHECKS = 'query InstallationChecks { installationChecks { id group level what found why fix } }';

async function examine(context: CommandContext, _flags: object, command: Command): Promise<ExitCode> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { installationChecks: findings } = await client.graphql<{ installationChecks: readonly Finding[] }>(CHECKS);
  const { stdout, env } = context.io;
  context.result(findings, () => textOf(findings, styleOf(hasColours(stdout, env))));
  return findings.some(({ level }) => level === 'FAIL') ? ExitCode.failed : ExitCode.ok;
}

function textOf(findings: readonly Finding[], style: Style): string {
  const marks = { OK: style.green('ok  '), WARN: style.yellow('warn'), FAIL: style.red('FAIL') };
  const groups = new Map<string, string[]>();
  for (const { group, level, what, found, why, fix } of findings) {
    const lines = groups.get(group) ?? [];
    lines.push(`  ${marks[level]}  ${what}: ${found}`);
    if (level !== 'OK') lines.push(...[why, fix].filter((text) => text !== null).map((text) => style.dim(`        ${text}`)));
    groups.set(group, lines);
  }
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  return [...[...groups].map(([group, lines]) => [style.bold(group), ...lines, ''].join('\n')), `${count('OK')} ok, ${count('WARN')} to be looked at, ${count('FAIL')} failed`].join('\n');
}
