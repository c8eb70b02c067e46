import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { ViewerDocument, type ViewerQuery } from '../generated/documents';
import { actFor, askAsPerson } from './ask';

type Viewer = NonNullable<ViewerQuery['viewer']>;
export type Membership = Viewer['memberships'][number];

export interface Session {
  /** Undefined for nobody. */
  readonly person: NonNullable<Viewer['person']> | undefined;
  readonly memberships: readonly Membership[];
  /** The organization acted for: that of the address, else the one used last, else the oldest. */
  readonly membership: Membership | undefined;
  readonly platform: ViewerQuery['platform'];
  /** Whether the person may do something in that organization. */
  readonly can: (permission: string) => boolean;
  /** Asks anew who is signed in and what they belong to. */
  readonly refresh: () => Promise<void>;
}

const SessionContext = createContext<Session>(undefined as never);
const LAST_USED = 'steelyard.organization';

/** Asks who is signed in before anything else is shown. */
export function SessionProvider({ children, waiting, failed }: { children: ReactNode; waiting: ReactNode; failed: (error: unknown, retry: () => void) => ReactNode }) {
  const queries = useQueryClient();
  const { pathname } = useLocation();
  const named = /^\/org\/([^/]+)/.exec(pathname)?.[1];
  const { data, error, refetch } = useQuery({ queryKey: ['viewer'], queryFn: ({ signal }) => askAsPerson(ViewerDocument, signal), staleTime: 60_000 });

  const session = useMemo(() => {
    if (!data) return undefined;
    const memberships = data.viewer?.memberships ?? [];
    const find = (handle: string | null | undefined) => memberships.find(({ organization }) => organization.handle === handle);
    const membership = find(named) ?? find(localStorage.getItem(LAST_USED)) ?? memberships[0];
    if (membership) localStorage.setItem(LAST_USED, membership.organization.handle);
    actFor(membership?.organization.handle);
    return {
      person: data.viewer?.person ?? undefined,
      memberships,
      membership,
      platform: data.platform,
      can: (permission: string) => membership?.permissions.includes(permission) ?? false,
      refresh: () => queries.invalidateQueries({ queryKey: ['viewer'] }),
    };
  }, [data, named, queries]);

  if (error && !session) return failed(error, () => void refetch());
  if (!session) return waiting;
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Only below SessionProvider. */
export function useSession(): Session {
  return useContext(SessionContext);
}

/** Where a click on "Sign in" leads; back to this page afterwards. */
export function signInAddress(returnTo = window.location.pathname + window.location.search): string {
  return `/auth/sign-in?return=${encodeURIComponent(returnTo)}`;
}

/** Ends this session, or all of the person's, and opens a page as nobody. */
export async function signOut(everywhere = false, then = '/'): Promise<void> {
  await fetch(everywhere ? '/auth/sign-out-everywhere' : '/auth/sign-out', { method: 'POST', credentials: 'same-origin' });
  window.location.assign(then);
}
