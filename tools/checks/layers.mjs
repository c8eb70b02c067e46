/** `node tools/checks/layers.mjs`: holds every import of the repository against the layer table; exits 1 on one that breaks it. */
import { existsSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import { cruiseOptions, layerRules, resolveOptions } from './layer-rules.mjs';

const folders = ['apps', 'libs', 'plugins/runtimes', 'sdk'].filter((folder) => existsSync(folder));
const { output } = await cruise(folders, { ...cruiseOptions, validate: true, ruleSet: { forbidden: layerRules() } }, resolveOptions);
const { violations, totalCruised, totalDependenciesCruised } = output.summary;

for (const { rule, from, to, comment } of violations) console.error(`${from}\n  imports ${to}\n  ${rule.name}${comment ? `: ${comment}` : ''}`);
const across = output.modules.flatMap((module) => module.dependencies.filter((dependency) => crosses(module.source, dependency.resolved)));
if (totalCruised < 50 || across.length < 50) {
  console.error(`Only ${totalCruised} files and ${across.length} imports between packages were seen: the check looked at nothing.`);
  process.exit(1);
}
console.log(`${totalCruised} files, ${totalDependenciesCruised} imports (${across.length} between packages), ${violations.length} against the layer table.`);
process.exit(violations.length > 0 ? 1 : 0);

function crosses(from, to) {
  const home = (path) => path.split('/src/')[0];
  return !to.includes('node_modules') && to.includes('/src/') && home(from) !== home(to);
}
