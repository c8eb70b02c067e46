import { useSyncExternalStore } from 'react';

const KEPT_AS = 'steelyard.operator-key';
const listeners = new Set<() => void>();

/** Keeps the operator's key for as long as this tab is open, or forgets it. It goes nowhere but to this server. */
export function keepOperatorKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(KEPT_AS);
  else sessionStorage.setItem(KEPT_AS, key);
  for (const told of listeners) told();
}

/** The key that is kept in this tab; undefined for none. */
export function useOperatorKey(): string | undefined {
  return useSyncExternalStore(listen, () => sessionStorage.getItem(KEPT_AS) ?? undefined);
}

function listen(told: () => void): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}
