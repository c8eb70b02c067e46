/**
 * A runtime that says it has a GPU of 1 GiB and one that does not work, and answers items with themselves on the CPU: no test
 * machine needs a GPU. Plain JavaScript without imports, so that it can be copied to where an operator's packages are.
 */
const MIB = 1024 * 1024;

export default {
  name: 'gpu',
  version: '0.1.0',
  spi: 1,
  formats: [],
  capabilities: { batching: true, streaming: false, devices: ['cpu', 'cuda', 'other'] },
  optionsSchema: { type: 'object' },
  probe: async () => ['cuda', 'cpu'],
  unusable: async () => [{ device: 'other', reason: 'there is none' }],
  memoryOf: async (device) => (device === 'cuda' ? 1024 * MIB : undefined),
  inspect: async () => ({ format: 'none', notes: [] }),
  async open({ device, options }) {
    if (options.failOn === device) throw new TypeError(`out of memory on ${device}`);
    if (options.crashOn === device) process.kill(process.pid, 'SIGKILL');
    const deviceMemoryBytes = device === 'cuda' && options.takesMb !== undefined ? options.takesMb * MIB : undefined;
    const run = async (items) => {
      if (options.delayMs) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
      return items.map(() => ({ device }));
    };
    return { inputs: [], outputs: [], device: options.takes ?? device, deviceMemoryBytes, run, close: async () => {} };
  },
};
