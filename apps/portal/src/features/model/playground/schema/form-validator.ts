import { toErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from '@rjsf/utils';
import type { JsonObject } from '../draft';
import type { InputProblem } from '../input-props';
import { checkInput, fits } from './check-input';
import { objectOf } from '../input-form';

/** What the form asks of a validator, answered without `eval`. */
export const formValidator: ValidatorType<JsonObject> = {
  validateFormData: (input, schema) => {
    const errors = checkInput(schema, input ?? {}).map(toFormError);
    return { errors, errorSchema: toErrorSchema<JsonObject>(errors) };
  },
  isValid: (schema, input, rootSchema) => fits(withDefinitions(schema, rootSchema), input),
  rawValidation: <Result>(schema: RJSFSchema, input?: JsonObject) => ({ errors: checkInput(schema, input) as Result[] }),
};

export function toFormError({ path, message }: InputProblem): RJSFValidationError {
  return { property: `.${path}`, message, stack: `${path} ${message}` };
}

/** A part of a schema may refer to definitions of the whole. */
function withDefinitions(schema: RJSFSchema, root: RJSFSchema): JsonObject {
  if (schema === root) return schema;
  return { ...schema, $defs: { ...objectOf(root.$defs), ...objectOf(schema.$defs) }, definitions: { ...objectOf(root.definitions), ...objectOf(schema.definitions) } };
}
