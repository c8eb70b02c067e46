import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The server that `npm run dev` of this folder talks to. */
const api = process.env.STEELYARD_URL ?? 'http://127.0.0.1:4700';

/** Puts what the portal may ask beside its files, for the server to know it. */
const operationsForServer: Plugin = {
  name: 'operations-for-server',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'operations.json', source: readFileSync(new URL('src/generated/operations.json', import.meta.url)) });
  },
};

export default defineConfig({
  plugins: [react(), operationsForServer],
  resolve: {
    conditions: ['@steelyard/source', 'module', 'browser', 'development|production'],
    // Wanted by a part of @rjsf/core that only its own tests use. It would make code at run time, which the page's policy forbids.
    alias: { '@rjsf/validator-ajv8': 'data:text/javascript,export default undefined' },
  },
  // These know light-dark(); for older ones it would be rewritten in a way that the component library's colour schemes do not reach.
  build: { target: 'es2022', cssTarget: ['chrome123', 'firefox120', 'safari17.5'], sourcemap: false, assetsInlineLimit: 0, manifest: 'manifest.json' },
  server: { proxy: { '/graphql': { target: api, ws: true }, '/v1': api, '/auth': api } },
});
