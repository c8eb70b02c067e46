export { emitModule } from './emit-module.js';
export { generateTypes, type GenerateOptions } from './generate-types.js';
export { type CatalogModel, type CatalogReader, type CatalogVersion, readCatalog } from './read-catalog.js';
