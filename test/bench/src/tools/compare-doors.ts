import { interleave, median, medianRatio, round } from './rounds.js';
import { measured, type Measured, type Target } from './server-cpu.js';

/** How targets are loaded: rounds in turn, after a while in which their code is compiled. */
export interface Comparison {
  readonly rounds: number;
  readonly inFlight: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

export interface DoorFigures {
  readonly cpuMicros: number;
  /** Processor time per call over that of the first target. */
  readonly ratio: number;
  readonly perSecond: number;
  readonly failed: number;
}

/** Loads each target in turn and holds what a call costs the server against the first of them. */
export async function compareDoors(targets: Readonly<Record<string, Target>>, { rounds, inFlight, roundMs, warmUpMs }: Comparison): Promise<Record<string, DoorFigures>> {
  for (const target of Object.values(targets)) await measured(target, { inFlight, forMs: warmUpMs });
  const results = await interleave(rounds, Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, () => measured(target, { inFlight, forMs: roundMs })])));
  const cpu = (all: readonly Measured[]) => all.map(({ serverCpuMicros }) => serverCpuMicros);
  const [first] = Object.values(results);
  return Object.fromEntries(
    Object.entries(results).map(([name, all]) => [
      name,
      {
        cpuMicros: round(median(cpu(all))),
        ratio: medianRatio(cpu(all), cpu(first!)),
        perSecond: round(median(all.map(({ perSecond }) => perSecond))),
        failed: all.reduce((sum, { failed }) => sum + failed, 0),
      },
    ]),
  );
}
