import { defineErrors } from '@steelyard/kernel';

export const journalErrors = defineErrors('JOURNAL', {
  LOCKED: {
    kind: 'unavailable',
    message: (p: { dir: string; holder: string }) => `the log folder ${p.dir} is in use by ${p.holder}`,
    fix: 'Give every process a data folder of its own, or stop the other process first.',
    retryable: false,
  },
  FAILED: {
    kind: 'unavailable',
    message: (p: { dir: string; reason: string }) => `the log in ${p.dir} cannot be written: ${p.reason}`,
    fix: 'Free space or repair the disk, then restart: what was acknowledged is on disk and is replayed.',
    retryable: false,
  },
  CLOSED: { kind: 'unavailable', message: (p: { dir: string }) => `the log in ${p.dir} is closed`, retryable: false },
  CORRUPT: {
    kind: 'internal',
    message: (p: { file: string; offset: number; reason: string }) => `${p.file} is damaged at byte ${p.offset}: ${p.reason}`,
    fix: 'Acknowledged records are damaged. Restore the file from a backup, or move it away to go on without its records.',
  },
  CHECKPOINT_INVALID: {
    kind: 'internal',
    message: (p: { file: string }) => `${p.file} is no checkpoint`,
    fix: 'Remove it: everything still in the log is then replayed, which is slow but safe.',
  },
  RECORD_TOO_LARGE: {
    kind: 'invalid',
    message: (p: { bytes: number; bytesMax: number }) => `a record of ${p.bytes} bytes is larger than ${p.bytesMax}`,
  },
});
