import { createHash } from 'node:crypto';

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 26rem; margin: 12vh auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; }
  label { display: block; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; margin: .25rem 0 1rem; }
  button { font: inherit; padding: .5rem 1rem; cursor: pointer; }
  ul { list-style: none; padding: 0; }
  li { margin: .5rem 0; }
  li button { width: 100%; text-align: left; }
  .problem { border-left: .25rem solid; padding-left: .75rem; }
`;

/** No scripts, no other resources. Without `form-action`: browsers hold the redirects after a form to it, and those lead back to the portal. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

/** A page of the development issuer. `body` is HTML; what is not ours in it has gone through {@link escapeHtml}. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
