import { openSync, readSync } from 'node:fs';

const STATUS_BYTES_MAX = 4096;
const status = openStatus();
const buffer = Buffer.allocUnsafe(STATUS_BYTES_MAX);

/**
 * Anonymous resident memory of this process in bytes: what killing it gives back. Asked after every batch, so the file
 * stays open (8 µs instead of 20). Where the kernel does not tell it, the whole resident size.
 */
export function anonymousMemoryBytes(): number {
  const text = status === undefined ? '' : buffer.toString('latin1', 0, readSync(status, buffer, 0, STATUS_BYTES_MAX, 0));
  const match = /^RssAnon:\s+(\d+) kB$/m.exec(text);
  return match ? Number(match[1]) * 1024 : process.memoryUsage().rss;
}

function openStatus(): number | undefined {
  try {
    return openSync('/proc/self/status', 'r');
  } catch {
    return undefined; // Not Linux: there is no /proc.
  }
}
