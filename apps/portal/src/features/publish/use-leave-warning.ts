import { useEffect, useState } from 'react';

/**
 * Asks before a page is left while work on it goes on: the browser for other sites and reloads, and this for links within the portal.
 * @returns the address of the link that was followed, until it is taken or dropped
 */
export function useLeaveWarning(active: boolean): { readonly wanted: string | undefined; readonly stay: () => void } {
  const [wanted, setWanted] = useState<string>();

  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const hold = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (!link || link.origin !== location.origin || link.target === '_blank' || link.hash !== '' || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      setWanted(link.pathname + link.search);
    };
    addEventListener('beforeunload', warn);
    document.addEventListener('click', hold, true);
    return () => {
      removeEventListener('beforeunload', warn);
      document.removeEventListener('click', hold, true);
    };
  }, [active]);

  return { wanted: active ? wanted : undefined, stay: () => setWanted(undefined) };
}
