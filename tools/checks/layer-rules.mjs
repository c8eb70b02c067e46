import { layers, unbound, vendors } from '../../architecture.config.mjs';

/** The layer table as rules of dependency-cruiser. `at` is a prefix of all paths, for a tree that is not the repository's root. */
export function layerRules(table = layers) {
  const inLayer = (name) => `^${table[name].path}/`;
  const everything = Object.keys(table);
  const walls = everything.map((name) => ({
    name: `layer-${name}`,
    severity: 'error',
    comment: `${name} may import only: ${table[name].may.join(', ') || 'nothing'}`,
    from: { path: inLayer(name), pathNot: ['\\.(spec|fixture)\\.ts$', '/dist/'] },
    to: {
      path: [...everything.filter((other) => other !== name && !table[name].may.includes(other)).map(inLayer), ...unbound.map((dir) => `^${dir}/`)],
    },
  }));
  return [...walls, ...vendorRules()];
}

function vendorRules() {
  return Object.entries(vendors).map(([packages, homes]) => ({
    name: `vendor-${packages.replace(/\W+/g, '-')}`,
    severity: 'error',
    comment: `${packages} belongs to ${homes.join(', ')}`,
    from: { path: '^(apps|libs|plugins|sdk)/', pathNot: [...homes.map((home) => `^${home}/`), '\\.spec\\.ts$'] },
    to: { path: `node_modules/(${packages})/` },
  }));
}

export const cruiseOptions = {
  exclude: { path: '(^|/)(dist|bundle|generated)/' },
  doNotFollow: { path: 'node_modules/(?!@steelyard)' },
  tsPreCompilationDeps: true,
  combinedDependencies: true,
};

export const resolveOptions = {
  exportsFields: ['exports'],
  conditionNames: ['@steelyard/source', 'import', 'default', 'types'],
  extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
  extensionAlias: { '.js': ['.ts', '.js'] },
};
