/** `npm start`: the platform on one port, in the foreground, until it is interrupted. */
import { spawn } from 'node:child_process';
import { environment, prepare, root } from './prepare.mjs';

prepare({ quiet: true });
const server = spawn(process.execPath, ['apps/api/bundle/main.mjs'], { cwd: root, env: environment, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
// Ends as the server ended.
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)));
