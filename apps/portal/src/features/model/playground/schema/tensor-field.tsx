import { Textarea } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { useState } from 'react';
import { cleanText } from '../../../../components/clean-text';
import { useStrings } from '../../../../strings';
import { readTensor, tensorRuleOf, tensorText } from './tensor-text';

/** The numbers of a tensor, typed or pasted. */
export function TensorField({ schema, name, formData, required, fieldPathId, onChange }: FieldProps) {
  const { playground } = useStrings().model;
  const rule = tensorRuleOf(schema)!;
  const [text, setText] = useState(() => tensorText(formData));
  const read = text === '' && !required ? undefined : readTensor(text, rule);
  const problem = read && 'problem' in read ? read : undefined;
  const shape = `[${rule.shape.map((size) => (size === -1 ? playground.anySize : size)).join(', ')}]`;

  const change = (next: string) => {
    setText(next);
    const tensor = readTensor(next, rule);
    // What is no tensor is sent nowhere, and said here.
    onChange('tensor' in tensor ? tensor.tensor : undefined, fieldPathId.path);
  };
  return (
    <Textarea
      label={cleanText(name)}
      description={`${rule.dtype} ${shape}${typeof schema.description === 'string' ? `. ${cleanText(schema.description)}` : ''}`}
      required={required}
      value={text}
      error={text !== '' && problem && (problem.problem === 'count' ? playground.tensorCount(problem.count, shape) : playground.notANumber(cleanText(problem.text)))}
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
