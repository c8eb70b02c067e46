/** What to paste to see that a key works, whatever models there are: each asks the platform whose key it is. */
export interface Snippet {
  readonly name: string;
  readonly language: string;
  readonly code: string;
}

const WHOSE = '{ viewer { organization { handle } } }';

export function snippetsFor(url: string, secret: string): Snippet[] {
  return [
    { name: 'env', language: 'bash', code: `export STEELYARD_URL=${url}\nexport STEELYARD_API_KEY=${secret}` },
    {
      name: 'SDK',
      language: 'typescript',
      code: `import { createClient } from '@steelyard/client';

const { STEELYARD_URL: baseUrl, STEELYARD_API_KEY: apiKey } = process.env;
const steelyard = createClient({ baseUrl, apiKey });
console.log(await steelyard.graphql('${WHOSE}'));`,
    },
    {
      name: 'curl',
      language: 'bash',
      code: `curl "$STEELYARD_URL/graphql" \\
  -H "authorization: Bearer $STEELYARD_API_KEY" \\
  -H 'content-type: application/json' \\
  -d '{"query":"${WHOSE}"}'`,
    },
    { name: 'CLI', language: 'bash', code: 'steelyard whoami' },
  ];
}
