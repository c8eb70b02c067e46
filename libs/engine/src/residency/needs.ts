import type { LoadedHeader } from '@steelyard/wire';

/** Bytes of memory by device. A model on an accelerator takes of the machine's own (`cpu`) too: its runner is a process there. */
export type Needs = Readonly<Record<string, number>>;

/** What a loaded model takes: of the machine's memory as measured, of an accelerator's as its runtime says, otherwise as was assumed. */
export function needsOf({ device, memoryBytes, deviceMemoryBytes }: Pick<LoadedHeader, 'device' | 'memoryBytes' | 'deviceMemoryBytes'>, assumed: Needs): Needs {
  if (device === 'cpu') return { cpu: memoryBytes };
  const told = deviceMemoryBytes !== undefined && deviceMemoryBytes >= 0 && Number.isFinite(deviceMemoryBytes);
  return { [device]: told ? deviceMemoryBytes : (assumed[device] ?? 0), cpu: memoryBytes };
}
