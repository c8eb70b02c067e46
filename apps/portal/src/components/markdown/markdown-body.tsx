import type { Element } from 'hast';
import type { ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { useStrings } from '../../strings';
import { CodeBlock } from '../code-block';
import { safeAddress } from './safe-address';

/** The only ids are those of footnotes, which have their prefix already; a second one would part them from their links. */
const schema = { ...defaultSchema, clobberPrefix: '' };

/** A card's first heading is below the page's own. */
const heading = (level: 2 | 3 | 4 | 5 | 6) => {
  const Tag = `h${level}` as const;
  return function Heading({ children }: { children?: ReactNode }) {
    return <Tag dir="auto">{children}</Tag>;
  };
};

const components: Components = {
  h1: heading(2),
  h2: heading(3),
  h3: heading(4),
  h4: heading(5),
  h5: heading(6),
  h6: heading(6),
  p: ({ children }) => <p dir="auto">{children}</p>,
  li: ({ children, className, id }) => (
    <li dir="auto" className={className} id={id}>
      {children}
    </li>
  ),
  a: ({ href, children, id, ...rest }) =>
    href?.startsWith('#') ? (
      <a href={href} id={id} aria-label={rest['aria-label']}>
        {children}
      </a>
    ) : (
      <OutwardLink href={href}>{children}</OutwardLink>
    ),
  // The page's policy lets no image in from elsewhere: whoever wants to see it follows the link.
  img: ({ src, alt }) => <OutwardLink href={typeof src === 'string' ? src : undefined}>{alt || src}</OutwardLink>,
  pre: ({ node }) => <CodeBlock {...codeOf(node)} />,
  table: ({ children }) => <WideTable>{children}</WideTable>,
};

export function MarkdownBody({ text }: { text: string }) {
  return (
    <ReactMarkdown components={components} remarkPlugins={[remarkGfm]} rehypePlugins={[[rehypeSanitize, schema]]} urlTransform={safeAddress}>
      {text}
    </ReactMarkdown>
  );
}

function OutwardLink({ href, children }: { href: string | undefined; children?: ReactNode }) {
  if (!href) return <bdi>{children}</bdi>;
  return (
    <a href={href} rel="noopener noreferrer nofollow" target="_blank">
      <bdi>{children}</bdi>
    </a>
  );
}

/** Reachable by keyboard, because a wide one scrolls. */
function WideTable({ children }: { children?: ReactNode }) {
  const { shell } = useStrings();
  return (
    <div tabIndex={0} role="region" aria-label={shell.table}>
      <table>{children}</table>
    </div>
  );
}

/** The text and the language of a fenced or indented block: a `pre` with a `code` in it. */
function codeOf(node: Element | undefined): { code: string; language: string } {
  const code = node?.children.find((child) => child.type === 'element');
  const text = code?.children.map((child) => (child.type === 'text' ? child.value : '')).join('') ?? '';
  const names = code?.properties['className'];
  const language = Array.isArray(names) ? String(names[0]).replace(/^language-/, '') : '';
  return { code: text.replace(/\n$/, ''), language };
}
