export type { CommandIo } from './command-io.js';
export { runCli } from './program.js';
export { ExitCode } from './report-failure.js';
