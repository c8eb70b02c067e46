import { connectRunner } from './connect-runner.js';
import { readSpawnVariables } from './spawn-variables.js';

// The executable entry: an EngineHost starts this file in a process of its own, and nobody imports it.
const variables = readSpawnVariables(process.env);
process.title = `steelyard-runner ${variables.label}`;
// Ctrl-C reaches the whole process group; the host decides when its runners end.
process.on('SIGINT', () => {});
await connectRunner({
  ...variables,
  // Native inference libraries keep threads that would hold the process.
  onClose: () => process.exit(0),
});
