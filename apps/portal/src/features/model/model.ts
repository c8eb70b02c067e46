import type { ModelQuery, ModelVersionQuery } from '../../generated/documents';

/** A model as its page shows it. */
export type Model = NonNullable<ModelQuery['model']>;
/** The version that is looked at. */
export type ModelVersion = ModelVersionQuery['modelVersion'];

/** A version that was chosen is named; otherwise calls follow the channel, as programs should. */
export function refToCall(model: Model, version: ModelVersion, chosen: boolean): string {
  const follows = model.channels.some(({ name }) => name === 'stable');
  return follows && !chosen ? model.ref : version.ref;
}
