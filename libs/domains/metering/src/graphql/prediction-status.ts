import { registerEnumType } from '@nestjs/graphql';

export enum PredictionStatus {
  RUNNING = 'running',
  SUCCEEDED = 'succeeded',
  FAILED = 'failed',
}
registerEnumType(PredictionStatus, { name: 'PredictionStatus' });
