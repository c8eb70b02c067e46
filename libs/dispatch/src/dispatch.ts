import type { EngineHost } from '@steelyard/engine';

/**
 * The way from a gateway to where models run: what it may ask of an EngineHost, wherever that is. Starting and ending the
 * host is not its business.
 */
export type Dispatch = Pick<EngineHost, 'run' | 'describe' | 'inspect' | 'trial' | 'sweep' | 'pin' | 'unload' | 'devices' | 'status'>;

/** Under which a {@link Dispatch} is injected. */
export const DISPATCH = Symbol('steelyard.dispatch');
