import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

type Hooked = Partial<Record<(typeof HOOKS)[number], (signal?: string) => unknown>>;

/** Which providers' hooks of an application's end are under way: Nest waits for all of them and names none. */
export function followHooks(app: INestApplicationContext): () => readonly string[] {
  const underWay = new Set<string>();
  const followed = new Set<unknown>();
  for (const { providers } of app.get(ModulesContainer).values()) {
    for (const { instance } of providers.values()) {
      if (typeof instance !== 'object' || instance === null || followed.has(instance)) continue;
      followed.add(instance);
      for (const hook of HOOKS) follow(instance, hook, underWay);
    }
  }
  return () => [...underWay];
}

function follow(instance: Hooked, hook: (typeof HOOKS)[number], underWay: Set<string>): void {
  const original = instance[hook];
  if (typeof original !== 'function') return;
  const name = `${instance.constructor.name}.${hook}`;
  instance[hook] = async (signal) => {
    underWay.add(name);
    try {
      await original.call(instance, signal);
    } finally {
      underWay.delete(name);
    }
  };
}
