import { useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useSession } from '../server/session';

const SHOWN = 'steelyard.welcomed';

/** Whoever has signed in and belongs to no organization is led to where one is opened: once, so that they may as well look around first. */
export function useFirstVisit(): void {
  const { person, memberships } = useSession();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const newcomer = person !== undefined && memberships.length === 0 ? person.id : undefined;

  useEffect(() => {
    // An invitation is a way to an organization, too.
    if (newcomer === undefined || pathname.startsWith('/invitations/') || sessionStorage.getItem(SHOWN) === newcomer) return;
    sessionStorage.setItem(SHOWN, newcomer);
    void navigate('/welcome', { replace: true });
  }, [newcomer, pathname, navigate]);
}
