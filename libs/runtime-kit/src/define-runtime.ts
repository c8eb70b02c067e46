import { runtimeErrors } from './errors.js';
import { SPI_VERSION } from './runtime.js';
import type { LoadedModel, OpenContext, Runtime, RuntimeCapabilities } from './runtime.js';

/** A loaded model with what goes without saying left out: no declared tensors, the device that was asked for, nothing to close. */
export type OpenedModel = Pick<LoadedModel, 'run'> & Partial<LoadedModel>;

/** A {@link Runtime} of which only name, version and `open` must be said. */
export interface RuntimeDefinition<Options> extends Partial<Omit<Runtime<Options>, 'open' | 'capabilities'>> {
  readonly name: string;
  readonly version: string;
  /** Default: one request at a time, whole answers, the CPU. */
  readonly capabilities?: Partial<RuntimeCapabilities>;
  /** Is asked for devices among its capabilities alone. */
  open(context: OpenContext<Options>): Promise<OpenedModel>;
}

/**
 * The runtime of a definition; the default export of a runtime package. What is not said: it was written for this version of
 * the interface, takes no options, recognises no format and inspects nothing, and its CPU works.
 */
export function defineRuntime<Options = Record<string, never>>(definition: RuntimeDefinition<Options>): Runtime<Options> {
  const capabilities = { batching: false, streaming: false, devices: ['cpu'], ...definition.capabilities };
  return {
    spi: SPI_VERSION,
    formats: [],
    optionsSchema: { type: 'object', additionalProperties: false, properties: {} },
    probe: async () => ['cpu'],
    inspect: async () => ({ format: 'none', notes: [] }),
    ...definition,
    capabilities,
    async open(context) {
      const { device } = context;
      if (!capabilities.devices.includes(device)) {
        throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: definition.name, device, available: capabilities.devices });
      }
      const model = await definition.open(context);
      return isComplete(model) ? model : complete(model, device);
    },
  };
}

function isComplete(model: OpenedModel): model is LoadedModel {
  return model.inputs !== undefined && model.outputs !== undefined && model.device !== undefined && model.close !== undefined;
}

/** Calls go to the model itself, which may be an instance of a class. */
function complete(model: OpenedModel, device: string): LoadedModel {
  return {
    inputs: model.inputs ?? [],
    outputs: model.outputs ?? [],
    device: model.device ?? device,
    ...(model.deviceMemoryBytes !== undefined && { deviceMemoryBytes: model.deviceMemoryBytes }),
    run: (items, context) => model.run(items, context),
    close: async () => model.close?.(),
  };
}
