import { formatBytes, formatTable } from '../terminal/table.js';

/** What the command reads of the platform's `EngineStatus`. */
export interface EngineStatus {
  readonly devices: readonly {
    readonly name: string;
    /** Null where it is not known. */
    readonly budgetBytes: number | null;
    readonly usedBytes: number;
    readonly reservedBytes: number;
    readonly cores: number | null;
  }[];
  readonly models: readonly EngineModel[];
  readonly protections: readonly { readonly name: string; readonly active: boolean; readonly reason: string | null }[];
}

interface EngineModel {
  readonly label: string;
  readonly digest: string;
  readonly state: string;
  readonly pinned: boolean;
  readonly queued: number;
  readonly inFlight: number;
  readonly calls: number;
  readonly batchSize: number;
  readonly faults: number;
  readonly lastFault: string | null;
  readonly coldStartMs: number | null;
  readonly runners: readonly EngineRunner[];
}

interface EngineRunner {
  readonly pid: number | null;
  readonly device: string;
  readonly deviceReason: string | null;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly deviceMemoryBytes: number | null;
}

export interface RuntimeDevices {
  readonly runtime: string;
  readonly version: string;
  readonly usable: readonly string[];
  readonly unusable: readonly { readonly device: string; readonly reason: string }[];
  readonly problem: string | null;
}

export function statusText({ devices, models, protections }: EngineStatus): string {
  const inactive = protections.filter(({ active }) => !active).map(({ name, reason }) => `not active: ${name}${reason ? ` (${reason})` : ''}`);
  const faults = models.filter(({ lastFault }) => lastFault !== null).map(({ label, lastFault }) => `last fault of ${label}: ${lastFault}`);
  const reasons = models.flatMap(({ label, runners }) => runners.flatMap(({ device, deviceReason }) => (deviceReason === null ? [] : [`${label} is on ${device}: ${deviceReason}`])));
  const places = formatTable(
    ['device', 'used', 'reserved', 'budget', 'cores'],
    devices.map(({ name, usedBytes, reservedBytes, budgetBytes, cores }) => [name, formatBytes(usedBytes), formatBytes(reservedBytes), budgetBytes === null ? '-' : formatBytes(budgetBytes), String(cores ?? '-')]),
  );
  const headings = ['model', 'state', 'queued', 'running', 'calls', 'batch', 'faults', 'cold start', 'memory', 'processes'];
  const rows = models.length === 0 ? 'no models yet' : formatTable(headings, models.map(modelRow));
  const notes = [...faults, ...reasons, ...inactive];
  return [places, '', rows, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function modelRow({ label, state, pinned, queued, inFlight, calls, batchSize, faults, coldStartMs, runners }: EngineModel): string[] {
  const memoryBytes = runners.reduce((sum, runner) => sum + runner.memoryBytes, 0);
  const processes = runners.map(processText).join('; ');
  return [
    label,
    pinned ? `${state}, pinned` : state,
    ...[queued, inFlight, calls].map(String),
    batchSize.toFixed(1),
    String(faults),
    coldStartMs === null ? '-' : `${coldStartMs.toFixed(0)} ms`,
    runners.length === 0 ? '-' : formatBytes(memoryBytes),
    processes || '-',
  ];
}

function processText({ pid, device, threads, deviceMemoryBytes }: EngineRunner): string {
  return `${pid ?? '-'} on ${device}${deviceMemoryBytes === null ? '' : ` (${formatBytes(deviceMemoryBytes)} of it)`}, ${threads} threads`;
}

export function devicesText(runtimes: readonly RuntimeDevices[]): string {
  const table = formatTable(['runtime', 'version', 'can use'], runtimes.map(({ runtime, version, usable }) => [runtime, version || '-', usable.join(', ') || '-']));
  const why = runtimes.flatMap(({ runtime, unusable, problem }) => [
    ...(problem === null ? [] : [`${runtime}: ${problem}`]),
    ...unusable.map(({ device, reason }) => `${runtime} cannot use ${device}: ${reason}`),
  ]);
  return why.length === 0 ? table : [table, '', ...why].join('\n');
}
