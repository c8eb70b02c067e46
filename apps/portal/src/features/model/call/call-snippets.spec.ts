/// <reference types="node" />
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cliSnippet, curlSnippet, graphqlSnippet, sdkSnippet } from './call-snippets';

const HOSTILE = 'it\'s $HOME `id` "q" \\ %s \n JSON\nJSON\n';
const call = (input: Record<string, unknown>, files: Record<string, string> = {}) => ({ baseUrl: 'http://127.0.0.1:1', ref: 'acme/digits', input, files });

/** What a shell prints of the arguments and the input that a snippet gives its command. */
function runAs(command: 'curl' | 'steelyard', snippet: string, files: Record<string, string> = {}): { args: string[]; stdin: string } {
  const folder = mkdtempSync(join(tmpdir(), 'snippet-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const shown = 'const fs = require("fs"); const stdin = process.argv.includes("-") || process.argv.includes("@-") ? fs.readFileSync(0, "utf8") : ""; console.log(JSON.stringify({ args: process.argv.slice(1), stdin }))';
    writeFileSync(join(folder, 'shown.cjs'), shown);
    const script = `${command}() { "${process.execPath}" -e "$(cat shown.cjs)" -- "$@"; }\n${snippet}\n`;
    return JSON.parse(execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' })) as { args: string[]; stdin: string };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a call for a shell', () => {
  it('sends the very input, whatever is in it', () => {
    const { args, stdin } = runAs('curl', curlSnippet(call({ text: HOSTILE, "it's": [1] })));
    expect(args).toContain('http://127.0.0.1:1/v1/predict/acme/digits');
    expect(JSON.parse(stdin)).toEqual({ text: HOSTILE, "it's": [1] });
  });

  it('puts a file where it belongs, in base64', () => {
    const { stdin } = runAs('curl', curlSnippet(call({ image: 'aGVsbG8=', text: HOSTILE }, { image: 'a.png' })), { 'a.png': 'hello' });
    expect(JSON.parse(stdin)).toEqual({ image: 'aGVsbG8=', text: HOSTILE });
  });

  it('sends the operation and its variables as one body', () => {
    const { args, stdin } = runAs('curl', graphqlSnippet(call({ image: 'aGVsbG8=' }, { image: 'a.png' })), { 'a.png': 'hello' });
    expect(args).toContain('http://127.0.0.1:1/graphql');
    expect(JSON.parse(stdin)).toMatchObject({ query: expect.stringContaining('mutation Predict'), variables: { input: { ref: 'acme/digits', input: { image: 'aGVsbG8=' } } } });
  });

  it('names files to the CLI and gives it the rest as JSON', () => {
    const { args, stdin } = runAs('steelyard', cliSnippet(call({ image: 'aGVsbG8=', text: HOSTILE }, { image: 'a.png' })));
    expect(args).toEqual(expect.arrayContaining(['run', 'acme/digits', 'image=@a.png', '--input', '-']));
    expect(JSON.parse(stdin)).toEqual({ text: HOSTILE });
  });
});

describe('a call for a program', () => {
  it('is JavaScript that gives the very input', async () => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => response.setHeader('steelyard-cost-nano', '0').end(Buffer.concat(chunks)));
    }).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const snippet = sdkSnippet({ ...call({ text: HOSTILE, 'odd name': { deep: [1] } }), baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const { createClient } = await import('@steelyard/client');
    const printed: unknown[] = [];
    const body = snippet.replace(/^import .*$/gm, '').replace('console.log', 'print');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running the snippet is the test
    const run = new Function('createClient', 'process', 'print', `return (async () => {${body}})()`) as (...given: unknown[]) => Promise<void>;
    await run(createClient, { env: { STEELYARD_API_KEY: 'key' } }, (output: unknown) => printed.push(output));
    expect(printed).toEqual([{ text: HOSTILE, 'odd name': { deep: [1] } }]);
    server.close();
  });
});
