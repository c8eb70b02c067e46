/** How something about an installation was found. `warn`: fine for some, and to be looked at. `fail`: not to be put on the internet like this. */
export type CheckLevel = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly level: CheckLevel;
  /** How it is, in a few words. */
  readonly found: string;
  /** What may come of it; for what is not ok. */
  readonly why?: string | undefined;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** Something about an installation that its operator has to answer for. */
export interface InstallationCheck {
  /** `data.clock` */
  readonly id: string;
  readonly group: CheckGroup;
  /** What is looked at, in a few words. */
  readonly what: string;
  look(): Finding | Promise<Finding>;
}

/** In the order in which they are shown. */
export const CHECK_GROUPS = ['access', 'secrets', 'data', 'models', 'money', 'network', 'records'] as const;

export type CheckGroup = (typeof CHECK_GROUPS)[number];

export type CheckedFinding = Finding & Omit<InstallationCheck, 'look'>;

/** What an {@link InstallationChecks} is injected by. */
export const INSTALLATION_CHECKS = Symbol('steelyard:installation-checks');

/** The checks of an installation. Every module adds its own as it starts. */
export class InstallationChecks {
  readonly #checks = new Map<string, InstallationCheck>();

  add(...checks: readonly InstallationCheck[]): void {
    for (const check of checks) {
      if (this.#checks.has(check.id)) throw new TypeError(`there are two checks "${check.id}"`);
      this.#checks.set(check.id, check);
    }
  }

  /** Looks at everything, group by group. What cannot be looked at has failed. */
  async run(): Promise<CheckedFinding[]> {
    const found = await Promise.all([...this.#checks.values()].map(examine));
    return found.sort((a, b) => CHECK_GROUPS.indexOf(a.group) - CHECK_GROUPS.indexOf(b.group));
  }
}

async function examine(check: InstallationCheck): Promise<CheckedFinding> {
  const { id, group, what } = check;
  try {
    return { id, group, what, ...(await check.look()) };
  } catch (error) {
    return { id, group, what, level: 'fail', found: 'could not be looked at', why: (error as Error).message };
  }
}
