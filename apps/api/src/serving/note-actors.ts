import { isOperator, personActorId } from '@steelyard/kernel';
import { startActing, type Acting } from '@steelyard/platform-database';
import { identifiedOf } from '@steelyard/platform-graphql';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isPrediction } from './is-prediction.js';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Has what a request changes written down in the name of who sends it. After the body was read: what reads it goes on in a context of its own. */
export function noteActors(server: Pick<FastifyInstance, 'addHook'>): void {
  server.addHook('preHandler', (request, reply, done) => {
    // Sockets and downloads, which may stay for long, change nothing; predictions write no audited table, and following who acts makes every promise of the process dearer.
    if (SAFE.has(request.method) || isPrediction(request.body)) return done();
    const end = startActing(() => actingOf(request), done);
    if (reply.raw.closed) end();
    else reply.raw.once('close', end);
  });
}

function actingOf(request: FastifyRequest): Acting | undefined {
  const { caller, person } = identifiedOf(request);
  const requestId = request.id;
  // A person who opens an organization or accepts an invitation acts for none yet.
  if (!caller) return person && { actorId: personActorId(person.id), kind: 'person', requestId };
  return { actorId: caller.actorId, kind: isOperator(caller) ? 'operator' : person ? 'person' : 'key', requestId };
}
