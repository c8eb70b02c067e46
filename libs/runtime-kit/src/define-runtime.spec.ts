import { describe, expect, it } from '@jest/globals';
import { defineRuntime } from './define-runtime.js';
import { SPI_VERSION } from './runtime.js';
import type { OpenContext, RunContext } from './runtime.js';

const context = { dir: '', manifest: {}, device: 'cpu', threads: 1, options: {} } as unknown as OpenContext<Record<string, never>>;
const runContext: RunContext = { signal: new AbortController().signal, emit: async () => {} };

describe('defineRuntime', () => {
  const least = defineRuntime({ name: 'least', version: '1.0.0', open: async () => ({ run: async (items) => items }) });

  it('says the rest of a runtime of which only name, version and open are said', async () => {
    expect(least).toMatchObject({
      name: 'least',
      version: '1.0.0',
      spi: SPI_VERSION,
      formats: [],
      capabilities: { batching: false, streaming: false, devices: ['cpu'] },
      optionsSchema: { type: 'object', additionalProperties: false, properties: {} },
    });
    expect(await least.probe()).toEqual(['cpu']);
    expect(await least.inspect(context)).toEqual({ format: 'none', notes: [] });
    expect(least.unusable).toBeUndefined();
  });

  it('says the rest of its model', async () => {
    const model = await least.open(context);
    expect([model.inputs, model.outputs, model.device]).toEqual([[], [], 'cpu']);
    expect(await model.run([{ a: 1 }], runContext)).toEqual([{ a: 1 }]);
    await model.close();
  });

  it('does not open a device that it does not name', async () => {
    await expect(least.open({ ...context, device: 'cuda' })).rejects.toMatchObject({ code: 'RUNTIME.DEVICE_UNAVAILABLE', details: { available: ['cpu'] } });
  });

  it('leaves what is said as it is, and knows the type of its options', async () => {
    const runtime = defineRuntime<{ readonly factor: number }>({
      name: 'more',
      version: '2.0.0',
      formats: ['x'],
      capabilities: { batching: true, devices: ['cpu', 'cuda'] },
      probe: async () => ['cpu', 'cuda'],
      unusable: async () => [{ device: 'npu', reason: 'none is here' }],
      inspect: async () => ({ format: 'x', notes: ['a'] }),
      open: async ({ device, options }) => ({ device: `${device}:${options.factor}`, inputs: [], outputs: [], run: async () => [], close: async () => {} }),
    });
    expect(runtime.capabilities).toEqual({ batching: true, streaming: false, devices: ['cpu', 'cuda'] });
    expect([await runtime.probe(), await runtime.inspect(context), await runtime.unusable?.()]).toEqual([
      ['cpu', 'cuda'],
      { format: 'x', notes: ['a'] },
      [{ device: 'npu', reason: 'none is here' }],
    ]);
    expect((await runtime.open({ ...context, device: 'cuda', options: { factor: 2 } })).device).toBe('cuda:2');
  });

  it('calls an instance of a class as it is', async () => {
    class Counter {
      #count = 0;
      run = async () => [{ count: ++this.#count }];
      async close(): Promise<void> {
        this.#count = -1;
      }
    }
    const counter = new Counter();
    const model = await defineRuntime({ name: 'counter', version: '1.0.0', open: async () => counter }).open(context);
    expect(await model.run([{}], runContext)).toEqual([{ count: 1 }]);
    await model.close();
    expect(await counter.run()).toEqual([{ count: 0 }]);
  });
});
