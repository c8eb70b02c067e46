/** `npm run demo [-- --exit] [--json] [--kill-runner] [--port n] [--data-dir d]`: the platform's main job, start to finish. */
import { prepare } from './prepare.mjs';

const quiet = process.argv.includes('--json');
if (!quiet) console.error('Preparing (installs and builds on the first run) ...');
prepare({ quiet });
const { runDemo } = await import('../demo/demo.mjs');
// The exit code is the demo's verdict, for scripts.
process.exit(await runDemo(process.argv.slice(2)));
