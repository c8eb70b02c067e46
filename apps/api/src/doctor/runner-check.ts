import type { Dispatch } from '@steelyard/dispatch';
import type { InstallationCheck } from '@steelyard/platform-observability';

/** Without these a hostile model reaches the server's files, the network or all memory; the others are locks behind those. */
const NEEDED: ReadonlySet<string> = new Set(['memory-limit', 'no-network', 'own-files']);

/** What stands between a hostile model and this machine. */
export function runnerCheck(dispatch: Pick<Dispatch, 'status'>): InstallationCheck {
  return {
    id: 'models.sandbox',
    group: 'models',
    what: 'Sandbox of models',
    look: () => {
      const { protections } = dispatch.status();
      const missing = protections.filter(({ active }) => !active);
      if (missing.length === 0) return { level: 'ok', found: `all of ${protections.map(({ name }) => name).join(', ')}` };
      return {
        level: missing.some(({ name }) => NEEDED.has(name)) ? 'fail' : 'warn',
        found: `without ${missing.map(({ name, reason }) => (reason === undefined ? name : `${name} (${reason})`)).join(', ')}`,
        why: 'A hostile model, or a hostile file in a package, is less well kept from this machine.',
        fix: 'Install bubblewrap and util-linux, and allow user namespaces; or let nobody publish whom you do not trust.',
      };
    },
  };
}
