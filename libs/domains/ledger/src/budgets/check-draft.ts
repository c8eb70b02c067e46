import { parseNano } from '@steelyard/kernel';
import { outgoingProblem, type OutgoingPolicy } from '@steelyard/platform-http';
import { AMOUNT_NANO_MAX } from '../reservation.js';
import type { BudgetPeriod, BudgetScope } from './budget.js';

/** What may be changed of a budget, as people write it. */
export interface BudgetTerms {
  readonly name: string;
  /** Decimal amount of the currency unit. */
  readonly limit: string;
  readonly hard: boolean;
  readonly alertPercents: readonly number[];
  readonly webhookUrl: string | null;
}

/** A budget that is to be opened. */
export interface BudgetDraft extends BudgetTerms {
  readonly scope: BudgetScope;
  readonly keyId?: string | undefined;
  /** owner/name */
  readonly model?: string | undefined;
  readonly period: BudgetPeriod;
  readonly currency: string;
}

export interface BudgetProblem {
  /** The field of the draft. */
  readonly field: string;
  readonly message: string;
}

export type CheckedTerms = Omit<BudgetTerms, 'limit'> & { readonly limitNano: bigint };

const NAME_LENGTH_MAX = 100;
const ALERTS_MAX = 10;
const currencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/** What can be said of terms by themselves: all that is wrong with them at once, and what they come to. */
export function checkTerms(terms: BudgetTerms, policy: OutgoingPolicy): { readonly problems: BudgetProblem[]; readonly checked: CheckedTerms } {
  const problems: BudgetProblem[] = [];
  const note = (field: string, message: string | undefined) => message !== undefined && problems.push({ field, message });
  const name = terms.name.trim();
  note('name', nameProblem(name));
  const limit = readLimit(terms.limit);
  note('limit', limit.problem);
  const alertPercents = [...new Set(terms.alertPercents)].sort((a, b) => a - b);
  note('alertPercents', percentsProblem(alertPercents));
  const address = terms.webhookUrl === null ? undefined : outgoingProblem(terms.webhookUrl, policy);
  note('webhookUrl', address && `The address ${address}`);
  return { problems, checked: { ...terms, name, alertPercents, limitNano: limit.nano } };
}

/** What can be said of whose calls a budget is for, without looking for the key or model. */
export function checkScope({ scope, keyId, model, currency }: BudgetDraft): BudgetProblem[] {
  const problems: BudgetProblem[] = [];
  const wants = (field: 'keyId' | 'model', given: string | undefined, wanted: boolean) => {
    if (wanted && given === undefined) problems.push({ field, message: `A budget of one ${scope} must say which` });
    if (!wanted && given !== undefined) problems.push({ field, message: `Only a budget of one ${field === 'keyId' ? 'key' : 'model'} names one; this is of ${scope === 'organization' ? 'the whole organization' : `one ${scope}`}` });
  };
  wants('keyId', keyId, scope === 'key');
  wants('model', model, scope === 'model');
  if (!currencies.has(currency)) problems.push({ field: 'currency', message: `"${currency}" is no currency; write its three letters in lower case, such as usd` });
  return problems;
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'A budget must have a name';
  if (name.length > NAME_LENGTH_MAX) return `The name is longer than ${NAME_LENGTH_MAX} characters`;
  return /\p{Cc}/u.test(name) ? 'The name holds control characters' : undefined;
}

function readLimit(text: string): { readonly nano: bigint; readonly problem?: string } {
  let nano: bigint;
  try {
    nano = parseNano(text);
  } catch {
    return { nano: 0n, problem: `"${text.slice(0, 40)}" is not an amount; write a decimal number with at most nine decimal places, such as 25.00` };
  }
  if (nano <= 0n) return { nano, problem: 'The limit must be above 0; to allow no calls at all, revoke the key' };
  return nano > AMOUNT_NANO_MAX ? { nano, problem: `The limit is larger than the ${AMOUNT_NANO_MAX / 1_000_000_000n} that a budget can have` } : { nano };
}

function percentsProblem(percents: readonly number[]): string | undefined {
  if (percents.length > ALERTS_MAX) return `There are ${percents.length} alerts, but at most ${ALERTS_MAX} can be set`;
  return percents.every((percent) => Number.isInteger(percent) && percent >= 1 && percent <= 100) ? undefined : 'Each alert must be a whole number of percent from 1 to 100';
}
