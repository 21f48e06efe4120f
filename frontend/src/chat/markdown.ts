/** Markdown from the assistant, as templates: nothing in an answer can become other HTML than what stands here. */

import { html, nothing, type TemplateResult } from "lit";
import { Marked, type MarkedToken, type Token, type Tokens } from "marked";

type Drawn = TemplateResult | string | typeof nothing;

// HTML in an answer is text like any other.
const marked = new Marked({ breaks: true, tokenizer: { html: () => undefined, tag: () => undefined } });

export function prose(markdown: string): Drawn[] {
  return all(marked.lexer(markdown));
}

function all(tokens: Token[] | undefined): Drawn[] {
  return (tokens ?? []).map((token) => block(token as MarkedToken));
}

function block(token: MarkedToken): Drawn {
  switch (token.type) {
    case "paragraph":
      return html`<p>${all(token.tokens)}</p>`;
    case "heading":
      return html`<h3>${all(token.tokens)}</h3>`;
    case "list":
      return list(token);
    case "blockquote":
      return html`<blockquote>${all(token.tokens)}</blockquote>`;
    case "code":
      return html`<pre tabindex="0"><code>${token.text}</code></pre>`;
    case "table":
      return table(token);
    case "hr":
      return html`<hr />`;
    case "space":
    case "def":
      return nothing;
    default:
      return inline(token);
  }
}

function inline(token: MarkedToken): Drawn {
  switch (token.type) {
    case "strong":
      return html`<strong>${all(token.tokens)}</strong>`;
    case "em":
      return html`<em>${all(token.tokens)}</em>`;
    case "del":
      return html`<del>${all(token.tokens)}</del>`;
    case "codespan":
      return html`<code>${token.text}</code>`;
    case "br":
      return html`<br />`;
    case "link":
      return link(token);
    case "text":
      return token.tokens ? html`${all(token.tokens)}` : token.text;
    case "escape":
    case "image": // An address made up in an answer must not be able to call home: only its words are shown.
      return token.text;
    default:
      return token.raw;
  }
}

function list(token: Tokens.List): TemplateResult {
  const items = token.items.map((item) => html`<li>${all(item.tokens)}</li>`);
  return token.ordered ? html`<ol start=${token.start || 1}>${items}</ol>` : html`<ul>${items}</ul>`;
}

function table({ header, rows }: Tokens.Table): TemplateResult {
  return html`<table>
    <thead>
      <tr>${header.map((cell) => html`<th>${all(cell.tokens)}</th>`)}</tr>
    </thead>
    <tbody>
      ${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${all(cell.tokens)}</td>`)}</tr>`)}
    </tbody>
  </table>`;
}

function link(token: Tokens.Link): TemplateResult {
  const words = all(token.tokens);
  if (!URL.canParse(token.href, location.href)) return html`${words}`;
  const address = new URL(token.href, location.href);
  if (!/^(https?|mailto|tel):$/.test(address.protocol)) return html`${words}`;
  const own = address.origin === location.origin;
  return html`<a href=${address.href} target=${own ? nothing : "_blank"} rel="noopener noreferrer">${words}</a>`;
}
