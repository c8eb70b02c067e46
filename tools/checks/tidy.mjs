/** `node tools/checks/tidy.mjs`: what keeps the house readable and no compiler sees. Exits 1 with every finding. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const LINES_MAX = 500;
const FILES_PER_FOLDER_MAX = 16;
const FORBIDDEN_FOLDERS = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'dto', 'lib'];
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
const SOURCE = /\.(ts|tsx|mjs)$/;
/** Failures have a code and a fix (`defineErrors`). What is left are faults of the process or its environment; the number may only fall. */
const BARE_ERRORS_MAX = JSON.parse(readFileSync(new URL('./bare-errors.json', import.meta.url), 'utf8')).max;

/**
 * @param {{path: string, text: string}[]} files Paths as git has them.
 * @param {(path: string) => boolean} exists
 */
export function findProblems(files, exists = existsSync) {
  const sources = files.filter(({ path }) => SOURCE.test(path));
  if (sources.length < 20) return [`only ${sources.length} source files were given: the check looked at nothing`];
  return [
    ...sources.flatMap(sizeProblems),
    ...files.flatMap(nameProblems),
    ...crowdedFolders(sources),
    ...files.filter(({ path }) => extname(path) === '.md').flatMap((file) => deadPaths(file, exists)),
    ...foreignTables(sources, files),
    ...generatedProblems(files),
    ...bareErrors(sources),
  ];
}

function sizeProblems({ path, text }) {
  const lines = text.split('\n').length;
  return lines > LINES_MAX ? [`${path}: ${lines} lines; split it (at most ${LINES_MAX})`] : [];
}

function nameProblems({ path }) {
  const folders = dirname(path).split('/');
  const bad = folders.find((folder) => FORBIDDEN_FOLDERS.includes(folder));
  if (bad) return [`${path}: a folder named "${bad}" says nothing of what is in it`];
  return SOURCE.test(path) && !KEBAB.test(basename(path)) ? [`${path}: file names are kebab-case`] : [];
}

function crowdedFolders(sources) {
  const counts = new Map();
  for (const { path } of sources.filter(({ path }) => !path.endsWith('.spec.ts'))) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > FILES_PER_FOLDER_MAX).map(([folder, count]) => `${folder}: ${count} files; split the folder`);
}

/** Paths in backticks and in links that start like a path of this repository must exist. */
function deadPaths({ path, text }, exists) {
  const quoted = [...text.matchAll(/`([a-z.][\w.@/-]*\/[\w.@/-]*)`/g), ...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1]);
  const rooted = /^(\.?\/)?(apps|libs|plugins|prisma|sdk|test|tools|docs|\.ci)\//;
  return quoted
    .filter((target) => rooted.test(target) && !/[<>*{}]/.test(target))
    .filter((target) => !exists(target.replace(/^\//, '')) && !exists(`${dirname(path)}/${target}`))
    .map((target) => `${path}: names ${target}, which does not exist`);
}

/** A table is read and written by the domain that owns its `.prisma` file. */
function foreignTables(sources, files) {
  const owners = new Map();
  for (const { path, text } of files.filter(({ path }) => path.endsWith('.prisma'))) {
    for (const [, model] of text.matchAll(/^model (\w+)/gm)) owners.set(model[0].toLowerCase() + model.slice(1), basename(path, '.prisma'));
  }
  return sources
    .filter(({ path }) => path.startsWith('libs/domains/') && !/\.(spec|fixture)\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\btx\.(\w+)\.\w+\(/g)]
        .map((match) => match[1])
        .filter((table) => owners.has(table) && !allowed(path, owners.get(table)))
        .map((table) => `${path}: touches table ${table}, which belongs to ${owners.get(table)}`),
    );
}

/** Inference owns no table: what it keeps of a prediction is its usage event. */
function allowed(path, owner) {
  const domain = path.split('/')[2];
  return domain === owner || (domain === 'inference' && owner === 'metering');
}

function generatedProblems(files) {
  return files
    .filter(({ path, text }) => /^\/\/ (generated|this file is generated)/i.test(text) && !/(^|\/)generated\//.test(path))
    .map(({ path }) => `${path}: generated code belongs in a folder named generated`);
}

function bareErrors(sources) {
  const places = sources
    .filter(({ path }) => /^(apps|libs|plugins|sdk)\//.test(path) && !path.endsWith('.spec.ts'))
    .flatMap(({ path, text }) => Array.from(text.matchAll(/throw new Error\(/g), () => path));
  if (places.length > BARE_ERRORS_MAX) return [`${places.length} bare \`throw new Error\` (at most ${BARE_ERRORS_MAX}): ${[...new Set(places)].join(', ')}`];
  return [];
}

function committedFiles() {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return list
    .split('\0')
    .filter((path) => path && /\.(ts|tsx|mjs|md|prisma)$/.test(path) && existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = committedFiles();
  const problems = findProblems(files);
  for (const problem of problems) console.error(problem);
  console.log(`${files.length} files, ${problems.length} untidy.`);
  process.exit(problems.length > 0 ? 1 : 0);
}
