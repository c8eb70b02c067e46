import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '@steelyard/kernel';

/** Names the organization that a signed-in person acts for. */
export const ORGANIZATION_HEADER = 'steelyard-organization';

/** What the headers of a request show of who sends it. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials {
  const organization = headers[ORGANIZATION_HEADER];
  return {
    authorization: headers.authorization,
    cookie: headers.cookie,
    organization: Array.isArray(organization) ? organization[0] : organization,
    origin: headers.origin,
  };
}
