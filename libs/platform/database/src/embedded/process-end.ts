type Hook = () => void;

const hooks = new Set<Hook>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = new Map<NodeJS.Signals, () => void>();

/** Calls `hook`, which must not wait for anything, when this process ends otherwise than by SIGKILL. Gives its removal. */
export function onProcessEnd(hook: Hook): () => void {
  if (hooks.size === 0) install();
  hooks.add(hook);
  return () => {
    hooks.delete(hook);
    if (hooks.size === 0) uninstall();
  };
}

function runHooks(): void {
  for (const hook of hooks) hook();
  hooks.clear();
}

function install(): void {
  process.on('exit', runHooks);
  for (const signal of SIGNALS) {
    const listener = (): void => {
      // Whoever else listens is about to end in its own order, and closes the database or reaches 'exit'.
      if (process.listenerCount(signal) > 1) return;
      runHooks();
      uninstall();
      process.kill(process.pid, signal);
    };
    listeners.set(signal, listener);
    process.on(signal, listener);
  }
}

function uninstall(): void {
  process.off('exit', runHooks);
  for (const [signal, listener] of listeners) process.off(signal, listener);
  listeners.clear();
}
