import { checkout } from './checkout.js';
import { customers } from './customers.js';
import { payments } from './payments.js';
import { recipients } from './recipients.js';
import { records } from './records.js';
import { refusals } from './refusals.js';
import type { Script } from './script.js';

export const scripts: readonly Script[] = [...recipients, ...customers, ...payments, ...checkout, ...records, ...refusals];
