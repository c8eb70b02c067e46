import { expect, it } from '@jest/globals';
import { Injectable, Module, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { followHooks } from './follow-hooks.js';

let free = () => {};

@Injectable()
class Quick implements OnModuleDestroy {
  ended = false;

  onModuleDestroy(): void {
    this.ended = true;
  }
}

@Injectable()
class Hanging implements OnApplicationShutdown {
  onApplicationShutdown(): Promise<void> {
    return new Promise((resolve) => (free = resolve));
  }
}

@Module({ providers: [Quick, Hanging] })
class World {}

it('names the hooks that an application waits for at its end', async () => {
  const app = await NestFactory.createApplicationContext(World, { logger: false });
  const waitsFor = followHooks(app);
  expect(waitsFor()).toEqual([]);
  const closing = app.close();
  await new Promise((later) => setTimeout(later, 20));
  expect([app.get(Quick).ended, waitsFor()]).toEqual([true, ['Hanging.onApplicationShutdown']]);
  free();
  await closing;
  expect(waitsFor()).toEqual([]);
});
