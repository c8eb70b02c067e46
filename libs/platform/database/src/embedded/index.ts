/** For tests and tools: servers, migrations and roles without an open `Database`. */
export { SUPERUSER } from './data-folder.js';
export { restoreLinks, findBinaries } from './binaries.js';
export { ensureEmbeddedDatabase } from './ensure-database.js';
export { startEmbedded, stopEmbedded, type EmbeddedOptions, type EmbeddedServer } from './server.js';
export { migrate, MIGRATIONS_DIR, readMigrations, type Migration } from '../migrate.js';
export { ensureRoles, PLATFORM_ROLE, TENANT_ROLE } from '../roles.js';
export { withClient } from '../with-client.js';
