import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Needs } from './needs.js';
import { Residency, type Place, type Resident } from './residency.js';

const BUDGETS = { cpu: 100, cuda: 60 };
const MAX_RUNNERS = 5;
const TURN_MS = 50;
const LONG_MS = 40 * TURN_MS;

type State = 'waiting' | 'loading' | 'idle' | 'busy' | 'retiring' | 'gone' | 'refused';

/** A model whose runner loads, works and ends as the drawn steps say. */
class Model implements Resident {
  state: State = 'waiting';
  usedAtMs = 0;

  constructor(
    readonly place: Place,
    readonly world: World,
  ) {}

  get evictable(): boolean {
    return this.state === 'idle';
  }

  get here(): boolean {
    return ['loading', 'idle', 'busy', 'retiring'].includes(this.state);
  }

  evict(): void {
    const { residency, models } = this.world;
    expect(residency.isPinned(this.place.digest)).toBe(false);
    const sameDevices = (other: Model): boolean => devicesOf(other) === devicesOf(this);
    const older = models.filter((other) => other.state === 'idle' && other.usedAtMs < this.usedAtMs && sameDevices(other) && !residency.isPinned(other.place.digest));
    this.world.evictions.push({ model: this, older });
    this.state = 'gone';
    residency.leave(this);
  }

  retire(): void {
    expect(this.world.residency.isPinned(this.place.digest)).toBe(false);
    this.state = 'retiring';
  }
}

class World {
  readonly residency = new Residency<Model>({ maxRunners: MAX_RUNNERS, turnMs: TURN_MS, budgets: BUDGETS });
  readonly models: Model[] = [];
  readonly evictions: { model: Model; older: Model[] }[] = [];
  readonly excesses: unknown[] = [];
  #clock = 0;

  async ask(needs: Needs): Promise<void> {
    const digest = `m${this.models.length}`;
    const model = new Model({ digest, label: digest, needs }, this);
    this.models.push(model);
    const admitted = this.residency.admit(model, model.place);
    void admitted.then(() => (model.state = 'loading'), () => (model.state = 'refused'));
    await this.settled();
  }

  /** Takes the model's life a step further. */
  async step(pick: number): Promise<void> {
    const living = this.models.filter(({ here }) => here);
    const model = living[pick % Math.max(living.length, 1)];
    if (!model) return;
    model.usedAtMs = ++this.#clock;
    if (model.state === 'loading' || model.state === 'idle') {
      const isLoaded = model.state === 'idle';
      model.state = 'busy';
      if (!isLoaded) this.residency.measured(model, model.place.needs);
    } else if (model.state === 'retiring') {
      model.state = 'gone';
      this.residency.leave(model);
    } else {
      model.state = 'idle';
      this.residency.makeRoom();
    }
    await this.settled();
  }

  async crash(pick: number): Promise<void> {
    const living = this.models.filter(({ here }) => here);
    const model = living[pick % Math.max(living.length, 1)];
    if (!model) return;
    model.state = 'gone';
    this.residency.leave(model);
    await this.settled();
  }

  async pin(pick: number, wanted: boolean): Promise<void> {
    const model = this.models[pick % Math.max(this.models.length, 1)];
    if (!model || (wanted && !model.here)) return;
    try {
      if (wanted) this.residency.pin(model.place);
      else this.residency.unpin(model.place.digest);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENGINE.PINS_EXCEEDED' });
    }
    await this.settled();
  }

  /** Nothing is pinned and nobody comes any more: who waits is served when all others finish their work. */
  async drain(): Promise<void> {
    for (const { place } of this.models) this.residency.unpin(place.digest);
    for (let elapsedMs = 0; elapsedMs < LONG_MS && this.models.some(({ state }) => state === 'waiting'); elapsedMs += TURN_MS) {
      jest.advanceTimersByTime(TURN_MS);
      await this.settled();
      // Those that are busy stay busy, as under steady load; only what was asked to go ends.
      for (const model of this.models) {
        if (model.state === 'loading') await this.#load(model);
        if (model.state !== 'retiring') continue;
        model.state = 'gone';
        this.residency.leave(model);
      }
      await this.settled();
    }
  }

  async #load(model: Model): Promise<void> {
    model.state = 'busy';
    this.residency.measured(model, model.place.needs);
    await this.settled();
  }

  async settled(): Promise<void> {
    for (let turns = 0; turns < 6; turns++) await Promise.resolve();
    const here = this.models.filter((model) => model.here);
    for (const [device, budget] of Object.entries(BUDGETS)) {
      const bytes = here.reduce((sum, { place }) => sum + (place.needs[device] ?? 0), 0);
      if (bytes > budget) this.excesses.push({ device, bytes });
    }
    if (here.length > MAX_RUNNERS) this.excesses.push({ runners: here.length });
  }
}

const devicesOf = ({ place }: Model): string => Object.keys(place.needs).join();

const pick = fc.nat({ max: 1_000 });
const act = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: BUDGETS.cpu + 10 }).map((cpu) => (world: World) => world.ask({ cpu })) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: BUDGETS.cuda + 5 }), fc.integer({ min: 1, max: 30 })).map(([cuda, cpu]) => (world: World) => world.ask({ cuda, cpu })),
  },
  { weight: 8, arbitrary: pick.map((at) => (world: World) => world.step(at)) },
  { weight: 1, arbitrary: pick.map((at) => (world: World) => world.crash(at)) },
  { weight: 2, arbitrary: fc.tuple(pick, fc.boolean()).map(([at, wanted]) => (world: World) => world.pin(at, wanted)) },
);

describe('Residency, whatever happens', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('stays within memory and runners, leaves pins alone, ends the least recently used of a device, and serves everybody', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), async (acts) => {
        const world = new World();
        for (const one of acts) await one(world);
        // Evictions of one moment are in order: whoever was older at that moment has gone with it or before it.
        for (const { older } of world.evictions) expect(older).toEqual([]);
        await world.drain();
        expect(world.excesses).toEqual([]);
        expect(world.models.filter(({ state }) => state === 'waiting')).toEqual([]);
        world.residency.close();
      }),
      { numRuns: 200 },
    );
  });
});
