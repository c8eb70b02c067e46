export interface EventToTell {
  readonly type: string;
  readonly createdAt: Date;
  readonly tenantId: string;
  readonly data: unknown;
}

/** What is posted. It is the same, to the byte, in every attempt. */
export function eventBody({ type, createdAt, tenantId, data }: EventToTell): string {
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), organizationId: tenantId, data });
}
