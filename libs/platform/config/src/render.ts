import { settings, type Setting } from './settings.js';

const rows: readonly Setting[] = Object.values(settings);

/** The text of `.env.example`: every setting, commented out, with its default. */
export function renderEnvExample(): string {
  const blocks = rows.map((setting) => `# ${setting.about}\n# Takes ${plain(setting.takes)}. Unset: ${plain(unsetOf(setting))}.\n#${setting.env}=${defaultOf(setting)}\n`);
  return `# Made from libs/platform/config/src/settings.ts. Nothing here is needed: every setting has a default.\n\n${blocks.join('\n')}`;
}

/** The text of `docs/reference/configuration.md`. */
export function renderReference(): string {
  const lines = rows.map((setting) => `| \`${setting.env}\` | ${setting.about} | ${setting.takes} | ${unsetOf(setting)} |`);
  return `# Configuration

Steelyard reads its settings from environment variables, once, when it starts. Whatever is wrong is reported together, and the server does not start.
A variable set to nothing counts as not set. This page is made from \`libs/platform/config/src/settings.ts\`.

| variable | what it does | takes | when it is not set |
|---|---|---|---|
${lines.join('\n')}
`;
}

function unsetOf(setting: Setting): string {
  return setting.unset ?? (defaultOf(setting) === '' ? 'none' : `\`${defaultOf(setting)}\``);
}

function defaultOf(setting: Setting): string {
  const value = setting.schema.parse(undefined) as string | number | boolean | readonly string[] | undefined;
  return value === undefined ? '' : String(value);
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}
