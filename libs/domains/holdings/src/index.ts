export { VERSION_FOLDERS, type VersionFolders } from './erasure/erase-organization.js';
export { holdingsErrors } from './errors.js';
