export interface HistoryEntry {
  readonly action: string;
  readonly to: string;
}

/** The version that a rollback leads to, as the server finds it: a release puts one on a stack, a rollback takes one off. @param history newest first */
export function rollbackTarget(history: readonly HistoryEntry[]): string | undefined {
  const stack: string[] = [];
  for (const { action, to } of history.toReversed()) {
    if (action === 'rollback') stack.pop();
    else if (action === 'release' || action === 'canary-promoted') stack.push(to);
  }
  return stack.at(-2);
}
