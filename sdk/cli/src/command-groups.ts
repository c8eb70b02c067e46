import type { Command } from 'commander';
import { addAudit } from './audit/audit.js';
import { addDocuments } from './billing/documents.js';
import { addPeriods } from './billing/periods.js';
import { addBudget } from './budget/budget.js';
import { addEstimate } from './commands/calls/estimate.js';
import { addRun } from './commands/calls/run.js';
import { addCanary } from './commands/canary.js';
import { addChannels, addModels } from './commands/catalog.js';
import type { Run } from './commands/command-action.js';
import { addConfigure } from './commands/configure.js';
import { addEngine } from './commands/engine.js';
import { addGenerate } from './commands/generate.js';
import { addInit } from './commands/init.js';
import { addKeys } from './commands/keys.js';
import { addModel } from './commands/model.js';
import { addMoney } from './commands/money.js';
import { addDoctor } from './commands/operating/doctor.js';
import { addOperator } from './commands/operator.js';
import { addPay } from './commands/payments/pay.js';
import { addPayout } from './commands/payments/payout.js';
import { addPublish } from './commands/publish.js';
import { addSignIn } from './commands/sign-in.js';
import { addEvaluate } from './evaluate/evaluate.js';
import { addPrice } from './price/price.js';
import { addCalls } from './privacy/calls.js';
import { addAccount } from './privacy/leaving.js';
import { addPrivacy } from './privacy/privacy.js';
import { addReceipt } from './receipts/receipt.js';
import { addSigning } from './signing/signing.js';
import { addSigningKey } from './signing/signing-key.js';
import { addUploads } from './uploads/uploads.js';
import { addRebuildUsage } from './usage/rebuild-usage.js';
import { addUsage } from './usage/usage.js';
import { addWebhooks } from './webhooks/webhook.js';

type Add = (program: Command, run: Run) => void;

/** Every command, in the order and under the headings of `--help`. A group has what one sort of person wants at one moment. */
export const COMMAND_GROUPS: readonly (readonly [heading: string, commands: readonly Add[]])[] = [
  ['Who you are:', [addSignIn, addAccount, addConfigure, addKeys, addPrivacy, addWebhooks]],
  ['Call models:', [addModels, addEstimate, addRun, addCalls, addEvaluate, addGenerate]],
  ['Offer models:', [addInit, addModel, addPublish, addUploads, addChannels, addCanary, addPrice, addSigningKey, addSigning]],
  ['What it costs and what it brings:', [addMoney, addUsage, addBudget, addReceipt, addPay, addDocuments, addPayout]],
  ['What was changed:', [addAudit]],
  ['For the operator of the installation:', [addOperator, addDoctor, addRebuildUsage, addPeriods, addEngine]],
];
