/** The session's token: shared by the pages and the widget of one origin. */

const TOKEN = "storewright.token";
const SUBJECT = "storewright.subject";
const CHANGED = "storewright:session";

/** Storage that a browser may refuse; then the page keeps what it must by itself. */
class Drawer {
  private readonly kept = new Map<string, string>();

  constructor(private readonly open: () => Storage) {}

  get(key: string): string | null {
    try {
      return this.open().getItem(key);
    } catch {
      return this.kept.get(key) ?? null;
    }
  }

  set(key: string, value: string | null): void {
    try {
      if (value === null) this.open().removeItem(key);
      else this.open().setItem(key, value);
    } catch {
      if (value === null) this.kept.delete(key);
      else this.kept.set(key, value);
    }
  }
}

export const lasting = new Drawer(() => localStorage);
export const ofThisTab = new Drawer(() => sessionStorage);

export const storedToken = (): string | null => lasting.get(TOKEN);

/** Keep a token, and tell the pages and the widget. `subject` is whom an identity token vouched for. */
export function storeToken(token: string | null, subject = ""): void {
  lasting.set(TOKEN, token);
  lasting.set(SUBJECT, token && subject ? subject : null);
  announceSession();
}

/** Tell the pages and the widget that the session, or who it belongs to, has changed. */
export function announceSession(): void {
  window.dispatchEvent(new Event(CHANGED));
}

/** Call back when the session changes here or in another tab; returns how to stop. */
export function onSession(listener: () => void): () => void {
  const elsewhere = (event: StorageEvent): void => {
    if (event.key === TOKEN || event.key === null) listener();
  };
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", elsewhere);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", elsewhere);
  };
}

/** Whom a host page's identity token speaks of. The server verifies it; here it only tells sessions apart. */
export function subjectOf(identityToken: string): string {
  try {
    const body = (identityToken.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims = JSON.parse(atob(body)) as { sub?: string; email?: string };
    return claims.sub ?? claims.email ?? "";
  } catch {
    return "";
  }
}

/**
 * The token of a running session, or of a new one.
 *
 * `refused` is a token that the server no longer takes. A session opened for another identity than the
 * page now vouches for is never used.
 */
export async function openSession(server: string, identityToken: string, refused = ""): Promise<string> {
  const subject = identityToken ? subjectOf(identityToken) : "";
  const token = storedToken();
  if (token && token !== refused && (lasting.get(SUBJECT) ?? "") === subject) return token;
  const response = await fetch(`${server}/api/sessions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(identityToken ? { identity_token: identityToken } : {}),
  });
  if (!response.ok) throw new Error(`sessions: ${response.status}`);
  const session = (await response.json()) as { token: string };
  storeToken(session.token, subject);
  return session.token;
}
