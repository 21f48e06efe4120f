/** A postal address, a line each. */

import { html, type TemplateResult } from "lit";

import type { Address } from "../shared/types";

const KNOWN = ["name", "company", "address1", "address2", "city", "state", "zip", "country"];

export function addressLines(address: Address): TemplateResult {
  const { name, company, address1, address2, city, state, zip, country } = address;
  const place = [city, [state, zip].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  const rest = Object.keys(address).filter((field) => !KNOWN.includes(field));
  const lines = [name, company, address1, address2, place, country, ...rest.map((field) => address[field])];
  return html`<address data-testid="address">${lines.filter(Boolean).map((text) => html`<div>${text}</div>`)}</address>`;
}
