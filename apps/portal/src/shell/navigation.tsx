import { NavLink } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import { SafeText } from '../components/safe-text';
import { useOperatorKey } from '../server/operator-key';
import { useSession, type Session } from '../server/session';
import { useStrings, type Strings } from '../strings';
import { Icon, type IconName } from './icons';
import classes from './navigation.module.css';

interface Entry {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  readonly shown?: boolean;
  /** Whether the pages below it are its own as well. */
  readonly below?: boolean;
}

interface EntryGroup {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** What the person may see of the organization that they act for; the catalog is everybody's. */
export function Navigation() {
  const { shell } = useStrings();
  const session = useSession();
  const isOperator = useOperatorKey() !== undefined;
  const { pathname } = useLocation();

  return (
    <nav aria-label={shell.navigation} className={classes.navigation}>
      {[...groupsOf(session, shell), ...(isOperator ? [operating(shell)] : [])].map(({ title, entries }) => (
        <section key={title} aria-label={title}>
          <p className={classes.group} aria-hidden="true">
            <SafeText text={title} lines={1} />
          </p>
          {entries.map(({ to, label, icon, below }) => {
            const current = pathname === to || (below === true && pathname.startsWith(`${to}/`)) || (to === '/' && pathname.startsWith('/models/'));
            return (
              <NavLink
                key={to}
                component={Link}
                to={to}
                label={label}
                leftSection={<Icon name={icon} />}
                active={current}
                className={classes.entry}
                {...(current && { 'aria-current': 'page' as const })}
              />
            );
          })}
        </section>
      ))}
    </nav>
  );
}

function groupsOf({ membership, can }: Session, shell: Strings['shell']): EntryGroup[] {
  const open: Entry[] = [
    { to: '/', label: shell.catalog, icon: 'catalog' },
    { to: '/tasks', label: shell.tasks, icon: 'tasks' },
    { to: '/compare', label: shell.compare, icon: 'compare' },
  ];
  const explore: EntryGroup = { title: shell.explore, entries: open };
  if (!membership) return [explore];
  const home = `/org/${membership.organization.handle}`;
  const provide: Entry[] = [
    { to: `${home}/publish`, label: shell.publish, icon: 'publish', shown: can('models:publish') },
    { to: `${home}/models`, label: shell.models, icon: 'models', shown: can('models:read'), below: true },
    { to: `${home}/earnings`, label: shell.earnings, icon: 'earnings', shown: can('usage:read') },
  ];
  const use: Entry[] = [
    { to: `${home}/keys`, label: shell.keys, icon: 'keys', shown: can('keys:manage') },
    { to: '/evaluate', label: shell.evaluate, icon: 'evaluate', shown: can('predict') },
    { to: `${home}/usage`, label: shell.usage, icon: 'usage', shown: can('usage:read') },
    { to: `${home}/budgets`, label: shell.budgets, icon: 'budgets', shown: can('balance:read') },
    { to: `${home}/wallet`, label: shell.wallet, icon: 'wallet', shown: can('balance:read') },
    { to: `${home}/invoices`, label: shell.invoices, icon: 'invoices', shown: can('billing:read'), below: true },
  ];
  const own: Entry[] = [
    { to: home, label: shell.overview, icon: 'overview' },
    { to: `${home}/webhooks`, label: shell.webhooks, icon: 'webhooks', shown: can('organization:manage') },
    { to: `${home}/settings`, label: shell.settings, icon: 'settings', shown: can('organization:read') },
    { to: `${home}/privacy`, label: shell.privacy, icon: 'privacy', shown: can('organization:read') },
    { to: `${home}/audit`, label: shell.audit, icon: 'audit', shown: can('audit:read') },
  ];
  return [
    explore,
    { title: membership.organization.name, entries: own },
    { title: shell.provide, entries: provide },
    { title: shell.use, entries: use },
  ]
    .map(({ title, entries }) => ({ title, entries: entries.filter(({ shown = true }) => shown) }))
    .filter(({ entries }) => entries.length > 0);
}

/** For whoever has entered the operator's key. */
function operating(shell: Strings['shell']): EntryGroup {
  const entries: Entry[] = [
    { to: '/operator', label: shell.engine, icon: 'engine' },
    { to: '/operator/ledger', label: shell.ledger, icon: 'ledger' },
    { to: '/operator/stuck', label: shell.stuck, icon: 'stuck' },
    { to: '/operator/reconciliation', label: shell.reconciliation, icon: 'compare' },
    { to: '/operator/months', label: shell.months, icon: 'months' },
    { to: '/operator/charges', label: shell.charges, icon: 'charges' },
    { to: '/operator/reports', label: shell.reports, icon: 'reports' },
    { to: '/operator/audit', label: shell.audit, icon: 'audit' },
    { to: '/operator/checks', label: shell.checks, icon: 'done' },
  ];
  return { title: shell.operate, entries };
}
