const { existsSync, readFileSync } = require('node:fs');
const { join, sep } = require('node:path');

const folder = join(module.path, '../bundle');
const list = join(folder, 'packages.json');
if (!existsSync(list)) throw new Error('the packages of the suites are not bundled: npm run build');
const bundled = new Map(Object.entries(JSON.parse(readFileSync(list, 'utf8'))).map(([name, file]) => [name, join(folder, file)]));

/** Jest's resolver: our code gets packages as `tools/bundles/bundle-packages.mjs` has put them together; packages find each other as ever. */
module.exports = (path, options) => {
  const file = bundled.get(path);
  return file !== undefined && !options.basedir.includes(`${sep}node_modules${sep}`) ? file : options.defaultResolver(path, options);
};
