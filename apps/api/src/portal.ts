import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import files from '@fastify/static';
import type { FrontDoor } from '@steelyard/domain-identity';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const PORTAL_DIR = fileURLToPath(new URL('../../portal/dist/', import.meta.url));
const NONCE_PLACE = '__STYLE_NONCE__';
/** What belongs to programs: there an unknown address is an error and no page. */
const PROGRAMS = /^\/(graphql|v1|auth|health|metrics|assets)(\/|$|\?)/;

/** What the portal asks over GraphQL: documents by their ids. */
export function portalOperations(): ReadonlyMap<string, string> {
  const text = readFileSync(join(PORTAL_DIR, 'operations.json'), 'utf8');
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
}

export interface PortalOptions {
  /** Whether browsers are told to come by https alone. */
  readonly https: boolean;
  readonly door: FrontDoor;
}

/** Serves the built portal: its files, and its one page for every address that a browser may be at. Adds the security headers of all answers. */
export async function servePortal(server: FastifyInstance, { https, door }: PortalOptions): Promise<void> {
  await server.register(helmet, { contentSecurityPolicy: false, referrerPolicy: { policy: 'same-origin' }, hsts: https });
  const page = await readFile(new URL('index.html', `file://${PORTAL_DIR}`), 'utf8');
  await server.register(files, { root: PORTAL_DIR, index: false, wildcard: false, maxAge: '1y', immutable: true });
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    if (PROGRAMS.test(request.url)) return reply.callNotFound();
    const elsewhere = otherNameOfThisMachine(request, door);
    return elsewhere === undefined ? sendPage(reply, page) : reply.redirect(elsewhere, 302);
  };
  server.get('/', answer);
  server.get('/*', answer);
}

/** On one machine 127.0.0.1 and localhost are two sites to a browser: what is typed at the one is gone after signing in at the other. */
function otherNameOfThisMachine(request: FastifyRequest, door: FrontDoor): string | undefined {
  if (!door.isOpen || request.host === door.publicUrl.host || !/^(127\.0\.0\.1|localhost)(:|$)/.test(request.host)) return undefined;
  return /^(127\.0\.0\.1|localhost)$/.test(door.publicUrl.hostname) ? door.origin + request.url : undefined;
}

/**
 * Scripts of the portal alone, no inline one, no frame, no form elsewhere. Styles that are made at run time carry a nonce that is new in each
 * answer.
 */
function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'style-src-attr': "'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'connect-src': "'self'",
    'font-src': "'self'",
    'manifest-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  };
  return reply
    .header('content-security-policy', Object.entries(policy).map(([name, value]) => `${name} ${value}`).join('; '))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page.replace(NONCE_PLACE, nonce));
}
