import { createHash } from 'node:crypto';
import type { HttpError } from '@steelyard/platform-http';

const STYLE = ':root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; } main { max-width: 34rem; margin: 15vh auto; padding: 0 1rem; } small { opacity: .7; }';

/** Nothing but this text and its style. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Says to somebody in a browser why they are not signed in, and how to go on. */
export function failurePage({ body: { error } }: HttpError): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>You are not signed in</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>You are not signed in</h1>
<p>${escapeHtml(error.message)}.</p>
${error.fix === undefined ? '' : `<p>${escapeHtml(error.fix)}</p>`}
<p><a href="/auth/sign-in">Try again</a> or <a href="/">go to the start page</a>.</p>
<p><small>${escapeHtml(error.code)}, request ${escapeHtml(error.requestId)}</small></p>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
