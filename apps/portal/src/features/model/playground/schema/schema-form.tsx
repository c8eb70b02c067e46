import { generateForm } from '@rjsf/mantine';
import { toErrorSchema } from '@rjsf/utils';
import { useMemo } from 'react';
import type { JsonObject } from '../draft';
import { namesInOrder, objectOf } from '../input-form';
import type { InputProblem } from '../input-props';
import { formValidator, toFormError } from './form-validator';
import { TensorField } from './tensor-field';
import { tensorRuleOf } from './tensor-text';

const Form = generateForm<JsonObject>();

interface SchemaFormProps {
  readonly schema: JsonObject;
  readonly input: JsonObject;
  readonly problems: readonly InputProblem[];
  readonly onChange: (input: JsonObject) => void;
}

/** A form made of a JSON Schema. */
export function SchemaForm({ schema, input, problems, onChange }: SchemaFormProps) {
  const refused = useMemo(() => toErrorSchema<JsonObject>(problems.map(toFormError)), [problems]);
  // The playground has the button, and lists what is wrong.
  const look = useMemo(() => ({ 'ui:submitButtonOptions': { norender: true }, 'ui:order': [...namesInOrder(schema), '*'], ...tensorFields(schema) }), [schema]);
  return (
    <Form
      // No form element: its Enter key would send what nobody asked to send.
      tagName="div"
      idPrefix="input"
      schema={schema}
      uiSchema={look}
      fields={FIELDS}
      validator={formValidator}
      formData={input}
      extraErrors={refused}
      showErrorList={false}
      liveValidate="onBlur"
      noHtml5Validate
      onChange={({ formData }) => onChange(formData ?? {})}
    />
  );
}

const FIELDS = { tensor: TensorField };

/** Tensors have no type of JSON's, and a field of their own. */
function tensorFields(schema: JsonObject): Record<string, object> {
  const tensors = Object.entries(objectOf(schema['properties'])).filter(([, property]) => tensorRuleOf(property));
  return Object.fromEntries(tensors.map(([name]) => [name, { 'ui:field': 'tensor' }]));
}
