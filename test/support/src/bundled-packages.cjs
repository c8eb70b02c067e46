const { existsSync, readFileSync } = require('node:fs');
const { join, sep } = require('node:path');

const folder = join(module.path, '../bundle');
const list = join(folder, 'packages.json');
if (!existsSync(list)) throw new Error('the packages of the suites are not bundled: npm run build');
const bundled = new Map(Object.entries(JSON.parse(readFileSync(list, 'utf8'))).map(([name, file]) => [name, join(folder, file)]));

/** GraphQL takes no object of a second copy of itself: modules of packages get the bundled one as well. */
const ONE_COPY = 'graphql';

/** Jest's resolver: our code gets packages as `tools/bundles/bundle-packages.mjs` has put them together; packages find each other as ever. */
module.exports = (name, options) => {
  const file = bundled.get(name);
  if (file === undefined) return options.defaultResolver(name, options);
  const isOurs = !options.basedir.includes(`${sep}node_modules${sep}`);
  return isOurs || (name === ONE_COPY && options.conditions?.includes('import')) ? file : options.defaultResolver(name, options);
};
