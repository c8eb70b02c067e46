import { InvalidArgumentError } from 'commander';
import { cliErrors } from '../errors.js';

export interface Component {
  readonly unit: string;
  readonly amount: string;
  readonly per: number;
}

export interface Free {
  readonly unit: string;
  readonly quantity: number;
}

export interface PriceFlags {
  readonly unit?: string;
  readonly amount?: string;
  readonly per: number;
  readonly component: readonly Component[];
  readonly free?: Free;
  readonly freeOfCharge: boolean;
}

/** What the flags say that is charged; nothing when it is nothing. @throws AppError `CLI.ARGUMENT_INVALID` */
export function componentsOf({ unit, amount, per, component, free, freeOfCharge }: PriceFlags): readonly Component[] {
  if ((unit === undefined) !== (amount === undefined)) throw cliErrors.ARGUMENT_INVALID({ argument: unit === undefined ? '--amount' : '--unit', problem: `needs ${unit === undefined ? '--unit' : '--amount'}` });
  const components = unit === undefined ? component : [{ unit, amount: amount!, per }, ...component];
  if (freeOfCharge && (components.length > 0 || free)) throw cliErrors.ARGUMENT_INVALID({ argument: '--free-of-charge', problem: 'goes with no other price' });
  if (!freeOfCharge && components.length === 0) throw cliErrors.ARGUMENT_INVALID({ argument: 'the price', problem: 'is missing: give --unit and --amount, --component, or --free-of-charge' });
  return components;
}

/** A model, with or without a version. @throws AppError `CLI.ARGUMENT_INVALID` */
export function versionOf(ref: string): { readonly model: string; readonly version: string | undefined } {
  if (ref.includes(':')) throw cliErrors.ARGUMENT_INVALID({ argument: ref, problem: 'names a channel: a price belongs to a version, so write model@version, or the model alone for all of its versions' });
  const [model = '', version] = ref.split('@');
  return { model, version };
}

/** `input_token:0.15:1000000`, once more with each use of the flag. */
export function component(text: string, before: readonly Component[]): readonly Component[] {
  const [unit = '', amount = '', per = '1', ...rest] = text.split(':');
  if (unit === '' || amount === '' || rest.length > 0) throw new InvalidArgumentError('must be unit:amount or unit:amount:per, e.g. input_token:0.15:1000000.');
  return [...before, { unit, amount, per: count(per) }];
}

export function free(text: string): Free {
  const [unit = '', quantity = ''] = text.split(':');
  if (unit === '') throw new InvalidArgumentError('must be unit:quantity, e.g. request:100.');
  return { unit, quantity: count(quantity) };
}

export function count(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 on.');
  return Number(text);
}

export function moment(text: string): string {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('must be a time such as 2027-01-01 or 2027-01-01T12:00:00Z.');
  return new Date(timeMs).toISOString();
}
