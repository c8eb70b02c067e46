export { emptyDatabaseUrl } from './database/test-database.js';
export { LONG } from './modes.js';
export { embeddedTestServer, everyTestServer, testServers } from './database/test-server.js';
export { describeDatabase, type DatabaseContext } from './database/describe-database.js';
export { writeEchoPackage, type EchoPackage } from './echo-package.js';
export { repositoryRoot, runNode, RunningPlatform, type Balance, type CliResult, type PlatformClient, type PlatformOptions, type PredictAnswer } from './platform.js';
export { describePlatform, newName, SHARED_BODY_LIMIT_BYTES, SHARED_SECRET, SharedPlatform, type PlatformContext } from './shared-platform.js';
export { confirmDevice, formAction, hiddenFields, signInAs, TestBrowser } from './http-browser.js';
