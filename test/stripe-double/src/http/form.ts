type Form = { [name: string]: Form | string };

/** Reads what the stripe package writes: `metadata[order]=7&expand[0]=customer`. Numbered names make arrays. */
export function readForm(text: string): Record<string, unknown> {
  const form: Form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [name.split('[')[0]!, ...[...name.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!)];
    place(form, path, value);
  }
  return withArrays(form) as Record<string, unknown>;
}

function place(form: Form, [head, ...rest]: string[], value: string): void {
  const key = head === '' ? String(Object.keys(form).length) : head!;
  if (rest.length === 0) {
    form[key] = value;
    return;
  }
  const inner = form[key];
  const next = typeof inner === 'object' ? inner : {};
  form[key] = next;
  place(next, rest, value);
}

function withArrays(form: Form | string): unknown {
  if (typeof form === 'string') return form;
  const entries = Object.entries(form).map(([name, value]) => [name, withArrays(value)] as const);
  const numbered = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return numbered ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
