export { describeDatabase, type DatabaseContext } from './database/describe-database.js';
export { writeEchoPackage, type EchoPackage } from './echo-package.js';
export { repositoryRoot, runNode, RunningPlatform, type Balance, type CliResult, type PlatformOptions, type PredictAnswer } from './platform.js';
export { confirmDevice, formAction, hiddenFields, signInAs, TestBrowser } from './http-browser.js';
