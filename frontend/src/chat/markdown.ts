/** Markdown from the assistant, as HTML that is safe to show. */

import DOMPurify from "dompurify";
import { Marked } from "marked";

// HTML in an answer is text like any other.
const marked = new Marked({
  async: false,
  breaks: true,
  tokenizer: { html: () => undefined, tag: () => undefined },
});

const purifier = DOMPurify(window);

purifier.addHook("afterSanitizeAttributes", (node) => {
  const href = node.getAttribute("href");
  if (node.tagName !== "A" || href === null) return;
  if (!/^[/#]/.test(href) && !href.startsWith(`${location.origin}/`)) node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

// No images: an address made up in an answer must not be able to call home.
const RULES = {
  ALLOWED_TAGS: [
    ..."p br strong em del ul ol li a code pre blockquote hr h1 h2 h3 h4 table thead tbody tr th td".split(" "),
  ],
  ALLOWED_ATTR: ["href", "start"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|\/(?!\/)|#)/i,
};

export function safeHtml(markdown: string): string {
  return purifier.sanitize(marked.parse(markdown) as string, RULES);
}
