import { readFileSync } from 'node:fs';

const REFRESH_AFTER_MS = 200;
let readAtMs = -Infinity;
let latestBytes = 0;

/**
 * Anonymous resident memory of this process in bytes: what killing it gives back. Read again at most every 200 ms,
 * because it is asked after every batch. Where the kernel does not tell it, the whole resident size.
 */
export function anonymousMemoryBytes(nowMs = performance.now()): number {
  if (nowMs - readAtMs < REFRESH_AFTER_MS) return latestBytes;
  readAtMs = nowMs;
  latestBytes = readAnonymousMemoryBytes();
  return latestBytes;
}

function readAnonymousMemoryBytes(): number {
  try {
    const match = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'));
    if (match) return Number(match[1]) * 1024;
  } catch {
    // Not Linux: there is no /proc.
  }
  return process.memoryUsage.rss();
}
