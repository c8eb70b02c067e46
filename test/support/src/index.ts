export { describeDatabase, type DatabaseContext } from './database/describe-database.js';
