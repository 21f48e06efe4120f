/** The script tag's entry: defines the element, and adds one where the page has none. */

import { StorewrightChat } from "./element";

if (!customElements.get("storewright-chat")) {
  customElements.define("storewright-chat", StorewrightChat);
  if (!document.querySelector("storewright-chat")) document.body.append(document.createElement("storewright-chat"));
}
