import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../../command-context.js';
import type { Run } from '../command-action.js';
import { keyFileOf, type OperatorFlags } from '../operator-key.js';

export function addLimitOrganization(operator: Command, run: Run): void {
  operator
    .command('limit-org')
    .argument('<handle>', 'the organization')
    .argument('<requests>', 'how many requests its keys may send together in a minute; `default` for what the server is set to', perMinute)
    .description('limit the requests of an organization')
    .addHelpText('after', '\nExample:\n  $ steelyard operator limit-org acme 6000')
    .action(run(limitOrganization));
}

async function limitOrganization(context: CommandContext, handle: string, requestsPerMinute: number | null, _flags: OperatorFlags, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = 'mutation LimitOrganization($handle: String!, $requestsPerMinute: Int) { setOrganizationLimit(handle: $handle, requestsPerMinute: $requestsPerMinute) { handle requestsPerMinute } }';
  const { setOrganizationLimit: limited } = await client.graphql<{ setOrganizationLimit: object }>(document, { handle, requestsPerMinute });
  context.result(limited, () => (requestsPerMinute === null ? `${handle} is limited as the server is set` : `${handle} may send ${requestsPerMinute} requests in a minute`));
}

function perMinute(text: string): number | null {
  if (text === 'default') return null;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('must be a whole number, 1 or more, or `default`.');
  return Number(text);
}
