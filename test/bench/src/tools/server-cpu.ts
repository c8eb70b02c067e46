import { readFileSync } from 'node:fs';
import { load, type Load, type LoadOptions } from './load.js';

/** A server to be asked, and its process. */
export interface Target extends Omit<LoadOptions, 'inFlight' | 'forMs'> {
  readonly pid: number;
}

export interface Measured extends Load {
  /** Processor time of the server's process per call; of the platform that is the gateway without runner and database. */
  readonly serverCpuMicros: number;
}

/** The load, and what a call costs the server's process. */
export async function measured(target: Target, how: Pick<LoadOptions, 'inFlight' | 'forMs'>): Promise<Measured> {
  const before = cpuMicros(target.pid);
  const result = await load({ ...target, ...how });
  return { ...result, serverCpuMicros: (cpuMicros(target.pid) - before) / (result.perSecond * (how.forMs / 1_000)) };
}

/** Linux only: the 14th and 15th field of stat(5), in ticks of 10 ms. */
function cpuMicros(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number) as [number, number];
  return (user + system) * 10_000;
}
