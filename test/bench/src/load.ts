import { Agent, request } from 'node:http';

export interface LoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  readonly inFlight: number;
  readonly forMs: number;
}

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

/** Keeps `inFlight` requests on the way, over as many connections, for a while. */
export async function load({ url, headers, bodies, inFlight, forMs }: LoadOptions): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const latenciesMs: number[] = [];
  let failed = 0;
  let next = 0;
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < forMs) {
      const sentAt = performance.now();
      const status = await post(agent, url, headers, bodies[next++ % bodies.length]!);
      latenciesMs.push(performance.now() - sentAt);
      if (status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const seconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  const sorted = latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { perSecond: latenciesMs.length / seconds, p50Ms: percentile(0.5), p99Ms: percentile(0.99), failed };
}

function post(agent: Agent, url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  return new Promise((answered, failed) => {
    const sent = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers } }, (response) => {
      response.resume();
      response.once('end', () => answered(response.statusCode ?? 0));
    });
    sent.once('error', failed);
    sent.end(body);
  });
}
