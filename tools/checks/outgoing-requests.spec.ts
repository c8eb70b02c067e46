import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { OUTGOING_EXCEPTIONS, outgoingRules } from './outgoing-requests.mjs';

const linter = new Linter();
const config: Linter.Config = {
  files: ['**/*.ts'],
  languageOptions: { parser: tseslint.parser },
  plugins: { '@typescript-eslint': tseslint.plugin },
  rules: outgoingRules as unknown as Linter.RulesRecord,
};
const problemsOf = (code: string) => linter.verify(code, config, 'sample.ts').map(({ message }) => message);

describe('outgoing requests', () => {
  it.each([
    "await fetch('https://example.org')",
    "await globalThis.fetch('https://example.org')",
    "await globalThis['fetch']('https://example.org')",
    "new WebSocket('wss://example.org')",
    "import { request } from 'node:https'",
    "import { get as read } from 'http'",
    "import https from 'node:https'",
    "import * as http from 'node:http'",
    "import { Agent } from 'undici'",
    "import axios from 'axios'",
    "import net from 'node:net'",
    "import { connect } from 'node:tls'",
    "import { createSocket } from 'node:dgram'",
    "const https = await import('node:https')",
    "const http = require('http')",
    "const http = process.getBuiltinModule('node:http')",
  ])('are caught: %s', (code) => {
    expect(problemsOf(code)).toEqual([expect.stringContaining('postOutgoing')]);
  });

  it.each([
    "import type { IncomingMessage } from 'node:http'",
    "import { createServer, type Server } from 'node:http'",
    "import { isIP, BlockList } from 'node:net'",
    "import { postOutgoing } from '@steelyard/platform-http'",
    "const fetched = await store.fetch('digest')",
  ])('are not seen where there is none: %s', (code) => {
    expect(problemsOf(code)).toEqual([]);
  });

  it('are caught wherever server code is, but for the exceptions', async () => {
    const eslint = new ESLint();
    const levelOf = async (path: string) => {
      const { rules = {} } = (await eslint.calculateConfigForFile(path)) as { rules?: Record<string, [number]> };
      return Object.keys(outgoingRules).map((name) => rules[name]?.[0] ?? 0);
    };
    for (const path of ['libs/domains/ledger/src/index.ts', 'libs/protocols/native/src/index.ts', 'libs/engine/src/index.ts', 'apps/api/src/main.ts', 'plugins/runtimes/onnx/src/index.ts']) {
      expect([path, existsSync(path), await levelOf(path)]).toEqual([path, true, [2, 2, 2]]);
    }
    expect(Object.keys(OUTGOING_EXCEPTIONS).length).toBeGreaterThan(0);
    for (const path of Object.keys(OUTGOING_EXCEPTIONS)) expect([path, existsSync(path), await levelOf(path)]).toEqual([path, true, [0, 0, 0]]);
  });
});
