/** A page that keeps up with the shop: after a receipt in the chat, when looked at again, and every 20 s. */

import { onSession } from "../shared/session";
import { Page } from "./page";

const EVERY = 20_000;

export abstract class LivePage extends Page {
  protected abstract refresh(): Promise<void>;

  override connectedCallback(): void {
    super.connectedCallback();
    const refresh = (): void => {
      if (!document.hidden) void this.refresh();
    };
    window.addEventListener("storewright-receipt", refresh);
    window.addEventListener("focus", refresh);
    window.addEventListener("popstate", refresh);
    document.addEventListener("visibilitychange", refresh);
    onSession(refresh);
    setInterval(refresh, EVERY);
    void this.refresh();
  }
}
