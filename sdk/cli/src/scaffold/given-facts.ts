import { cliErrors } from '../errors.js';

const NAME = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;
const PRICE = /^\d{1,9}(\.\d{1,9})?$/;

/** @throws AppError `CLI.ARGUMENT_INVALID` */
export function checkName(name: string): string {
  if (!NAME.test(name)) throw cliErrors.ARGUMENT_INVALID({ argument: `the name "${name}"`, problem: 'must be lower case letters, digits and inner hyphens, at most 64' });
  return name;
}

/** @throws AppError `CLI.ARGUMENT_INVALID` */
export function checkPrice(price: string): string {
  if (price !== 'free' && (!PRICE.test(price) || Number(price) === 0)) throw cliErrors.ARGUMENT_INVALID({ argument: `the price "${price}"`, problem: 'must be free, or an amount in US dollars, more than 0 and with at most 9 decimals, e.g. 0.001' });
  return price;
}
