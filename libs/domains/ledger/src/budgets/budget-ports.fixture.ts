import { randomBytes } from 'node:crypto';
import { newId, type Caller } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import type { OutgoingPolicy } from '@steelyard/platform-http';
import { Ledger } from '../ledger.js';
import { SendWebhook } from './alerts/send-webhook.js';
import { TestWebhook } from './alerts/test-webhook.js';
import { EndBudget } from './end-budget.js';
import { ListBudgets } from './list-budgets.js';
import type { BudgetSubjects, WebhookSecrets } from './ports.js';
import { SetBudget } from './set-budget.js';

export const MODEL = { ref: 'acme/echo', id: newId(), ownerId: newId() };
export const KEY = 'known-key';

/** The domains above the ledger, with one key and one model. */
const subjects: BudgetSubjects = {
  hasKey: async (_tenantId, keyId) => keyId === KEY,
  findModel: async (_tenantId, ref) => (ref === MODEL.ref ? { id: MODEL.id, ownerId: MODEL.ownerId } : undefined),
  namesOf: async () => ({ keys: new Map([[KEY, 'ci']]), models: new Map([[MODEL.id, MODEL.ref]]) }),
};

class Secrets implements WebhookSecrets {
  readonly known = new Map<string, string>();

  make() {
    const [label, secret] = [newId(), randomBytes(32).toString('base64url')];
    this.known.set(label, secret);
    return { label, secret };
  }

  again(label: string) {
    return this.known.get(label);
  }
}

/** The use cases of budgets on a database, as a server in development has them. */
export function openBudgets(database: Database, policy: OutgoingPolicy = { privateAddresses: false, localhost: true }) {
  const caller: Caller = { organizationId: newId(), organizationHandle: 'acme', actorId: 'person:ada', scopes: new Set() };
  const [ledger, list, secrets] = [new Ledger(database), new ListBudgets(database), new Secrets()];
  const webhook = new SendWebhook(secrets, policy);
  const set = new SetBudget(database, ledger, list, subjects, secrets, policy);
  return { caller, ledger, list, secrets, webhook, subjects, set, end: new EndBudget(database, list), test: new TestWebhook(list, webhook) };
}
