import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { INSTALLATION_CHECKS, type Finding, type InstallationChecks } from '@steelyard/platform-observability';
import { SealEntries } from './seal-entries.js';
import { VerifyChains } from './verify-chains.js';

/** How long whoever asks is made to wait for it. */
const BUDGET_MS = 5_000;

/** Has the operator told when an entry of the log is not what it was. */
@Injectable()
export class AuditCheck implements OnModuleInit {
  constructor(
    @Inject(INSTALLATION_CHECKS) private readonly checks: InstallationChecks,
    @Inject(SealEntries) private readonly sealing: SealEntries,
    @Inject(VerifyChains) private readonly chains: VerifyChains,
  ) {}

  onModuleInit(): void {
    this.checks.add({ id: 'records.audit', group: 'records', what: 'Audit log', look: () => this.#look() });
  }

  async #look(): Promise<Finding> {
    await this.sealing.run();
    const { chains, entries, complete, broken } = await this.chains.run(BUDGET_MS);
    if (broken) {
      const found = `entry ${broken.seq} of the organization ${broken.organizationId} is not what was sealed`;
      return { level: 'fail', found, why: 'Somebody with rights on the database has changed or removed an entry.', fix: 'Compare the log with an earlier export or a backup, and find out who had access.' };
    }
    const found = `${entries} entries in ${chains} chains follow from each other`;
    return complete ? { level: 'ok', found } : { level: 'warn', found, why: 'There are more, which the time of a check did not suffice for.', fix: 'Export logs, and verify the files.' };
  }
}
