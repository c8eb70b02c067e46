import type { EngineHost } from '@steelyard/engine';
import type { Dispatch } from './dispatch.js';

/** One machine: the EngineHost lives in this process, and a call is a call. The app that made the host closes it. */
export function createInProcessDispatch(host: EngineHost): Dispatch {
  return {
    run: (request, signal) => host.run(request, signal),
    describe: (runtimeName) => host.describe(runtimeName),
    inspect: (model) => host.inspect(model),
    trial: (model, inputs, rounds, onLoaded) => host.trial(model, inputs, rounds, onLoaded),
    sweep: (model, inputs, budgetMs) => host.sweep(model, inputs, budgetMs),
    pin: (model, pinned) => host.pin(model, pinned),
    unload: (digest) => host.unload(digest),
    devices: () => host.devices(),
    status: () => host.status(),
  };
}
