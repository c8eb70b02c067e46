import type { ModelQuery, ModelVersionQuery } from '../../generated/documents';

/** A model as its page shows it. */
export type Model = NonNullable<ModelQuery['model']>;
/** The version that is looked at. */
export type ModelVersion = ModelVersionQuery['modelVersion'];
