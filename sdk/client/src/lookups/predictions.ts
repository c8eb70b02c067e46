import type { Connection } from '../connection.js';
import { createError } from '../create-error.js';
import { sendGraphql } from '../graphql.js';

/** What the platform keeps of a prediction. Inputs and outputs are not among it. */
export interface Prediction {
  readonly id: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly modelId: string;
  readonly versionId: string;
  /** Each component of the price; quantities in parts of the unit: microseconds of a second, bytes of a megabyte, else the unit itself. */
  readonly units: readonly { readonly unit: string; readonly quantity: bigint; readonly amountNano: bigint }[];
  readonly amountNano: bigint;
  /** Taken from the free units of the model. */
  readonly isFree: boolean;
  readonly tag: string | undefined;
  readonly currency: string;
  /** What the platform knows of the time it took, in milliseconds. */
  readonly queueMs: number | undefined;
  readonly computeMs: number | undefined;
  readonly totalMs: number | undefined;
  readonly errorCode: string | undefined;
  readonly occurredAt: Date;
}

const DOCUMENT = `query Prediction($id: ID!) {
  prediction(id: $id) {
    id status modelId versionId units { unit quantity amountNano } amountNano isFree tag currency queueMs computeMs totalMs errorCode occurredAt
  }
}`;

interface PredictionRow {
  readonly id: string;
  readonly status: string;
  readonly modelId: string;
  readonly versionId: string;
  readonly units: readonly { readonly unit: string; readonly quantity: string; readonly amountNano: string }[];
  readonly amountNano: string;
  readonly isFree: boolean;
  readonly tag: string | null;
  readonly currency: string;
  readonly queueMs: number | null;
  readonly computeMs: number | null;
  readonly totalMs: number | null;
  readonly errorCode: string | null;
  readonly occurredAt: string;
}

/** @throws NotFoundError `CLIENT.PREDICTION_NOT_FOUND` when this key's organization made none with that id */
export async function getPrediction(connection: Connection, id: string): Promise<Prediction> {
  const { prediction: row } = await sendGraphql<{ prediction: PredictionRow | null }>(connection, { document: DOCUMENT, variables: { id } });
  if (!row) throw createError({ kind: 'not-found', code: 'CLIENT.PREDICTION_NOT_FOUND', message: `there is no prediction ${id}`, charged: 'no' });
  return {
    ...row,
    status: row.status.toLowerCase() as Prediction['status'],
    units: row.units.map(({ unit, quantity, amountNano }) => ({ unit, quantity: BigInt(quantity), amountNano: BigInt(amountNano) })),
    tag: row.tag ?? undefined,
    amountNano: BigInt(row.amountNano),
    queueMs: row.queueMs ?? undefined,
    computeMs: row.computeMs ?? undefined,
    totalMs: row.totalMs ?? undefined,
    errorCode: row.errorCode ?? undefined,
    occurredAt: new Date(row.occurredAt),
  };
}
