import type Stripe from 'stripe';
import { invalid } from '../state/stripe-failure.js';

interface Searchable {
  readonly id: string;
  readonly created: number;
  readonly metadata: Stripe.Metadata | null;
}

const CLAUSE = /^(-?)(?:metadata\["([^"]+)"\]|metadata\['([^']+)'\]|(\w+))\s*(:|<=|>=|<|>)\s*(?:"([^"]*)"|'([^']*)'|(-?\d+))$/;
const LIMIT = 10;

/**
 * Stripe's search: clauses joined by AND, such as `metadata["order"]:"7" AND status:"succeeded" AND created>170000000`.
 * What was created less than a minute ago is found as well; at Stripe it may not be.
 */
export function search<T extends Searchable>(items: readonly T[], params: { query: string; limit?: number; page?: string }, url: string): Stripe.ApiSearchResult<T> {
  const clauses = params.query.split(/\s+AND\s+/i).map((clause) => read(clause.trim()));
  const found = items.filter((item) => clauses.every((holds) => holds(item)));
  const start = params.page ? Number(params.page) : 0;
  const end = start + (params.limit ?? LIMIT);
  const next = end < found.length ? String(end) : null;
  return { object: 'search_result', data: found.slice(start, end), has_more: next !== null, next_page: next, url };
}

function read(clause: string): (item: Searchable) => boolean {
  const match = CLAUSE.exec(clause);
  if (!match) throw invalid(`We were unable to parse your search query: ${clause}`, { param: 'query' });
  const [, not, doubleQuoted, singleQuoted, field, operator, ...values] = match;
  const key = doubleQuoted ?? singleQuoted;
  const value = values.find((given) => given !== undefined)!;
  return (item) => {
    const actual = key === undefined ? (item as unknown as Record<string, unknown>)[field!] : item.metadata?.[key];
    return holds(actual, operator!, value) !== (not === '-');
  };
}

function holds(actual: unknown, operator: string, value: string): boolean {
  switch (operator) {
    case '<':
      return Number(actual) < Number(value);
    case '<=':
      return Number(actual) <= Number(value);
    case '>':
      return Number(actual) > Number(value);
    case '>=':
      return Number(actual) >= Number(value);
    default:
      return String(actual) === value;
  }
}
