// Opens the embedded database of a folder, says so, and holds it: `node hold-database.fixture.mjs <folder> [orderly]`.
// With `orderly` it closes the database on SIGTERM as a server does, else it has no handler for any signal.
import { openDatabase } from '../../dist/index.js';

const [dataDir, manner] = process.argv.slice(2);
const database = await openDatabase({ dataDir });
if (manner === 'orderly') process.once('SIGTERM', () => void database.close());
console.log(database.description);
const { stdin } = process;
// Ends with its parent, whatever becomes of the test.
stdin.resume().once('end', () => process.exit(0));
if (manner === 'orderly') process.once('SIGTERM', () => stdin.destroy());
