import { Inject, Injectable, Optional } from '@nestjs/common';
import { DISPATCH, type Dispatch } from '@steelyard/dispatch';

/** Under which the server's own version is injected. */
export const SERVER_VERSION = Symbol('steelyard.server-version');

/** What runs models, in words: `steelyard 0.1.0; onnx 0.1.0 (onnxruntime-node 1.30.0); node 20.20.2`. */
@Injectable()
export class Builds {
  /** By the name of the runtime, for as long as this process lives: what runs is not replaced under it. */
  readonly #known = new Map<string, string>();

  constructor(
    @Inject(DISPATCH) private readonly dispatch: Pick<Dispatch, 'describe'>,
    @Optional() @Inject(SERVER_VERSION) private readonly version = 'unreleased',
  ) {}

  /** Of a runtime that has just run; a promise until it has said once what it is. `undefined` where it does not say: no call fails for that. */
  of(runtimeName: string): string | Promise<string | undefined> {
    return this.#known.get(runtimeName) ?? this.#ask(runtimeName).catch(() => undefined);
  }

  async #ask(runtimeName: string): Promise<string> {
    const { name, version, libraries = {}, node } = await this.dispatch.describe(runtimeName);
    const used = Object.entries(libraries).map(([library, ofLibrary]) => `${library} ${ofLibrary}`);
    const runtime = `${name} ${version}${used.length > 0 ? ` (${used.join(', ')})` : ''}`;
    const build = [`steelyard ${this.version}`, runtime, ...(node === undefined ? [] : [`node ${node}`])].join('; ');
    this.#known.set(runtimeName, build);
    return build;
  }
}
