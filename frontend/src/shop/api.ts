/** The shop's endpoints, as the pages use them. */

import { storedToken, storeToken } from "../shared/session";
import type { Order, OrderSummary, Paged, Person, Product, ProductCard, ShopInfo } from "../shared/types";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const token = storedToken();
  const headers = new Headers(init.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (init.body) headers.set("Content-Type", "application/json");
  const response = await fetch(`/api/${path}`, { ...init, headers }).catch(() => {
    throw new ApiError(0, "The shop cannot be reached at the moment.");
  });
  if (!response.ok) {
    const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
    throw new ApiError(response.status, body?.error?.message ?? "Something went wrong on our side.");
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export interface DemoCustomer {
  id: string;
  name: string;
  note: string;
}

let shopInfo: Promise<ShopInfo> | undefined;

export const shop = (): Promise<ShopInfo> => (shopInfo ??= request<ShopInfo>("shop"));

export const products = (query: URLSearchParams): Promise<Paged & { products: ProductCard[] }> =>
  request(`products?${query}`);

export const product = (handle: string): Promise<Product> => request(`products/${encodeURIComponent(handle)}`);

export const orders = (page: number): Promise<Paged & { orders: OrderSummary[] }> =>
  request(`account/orders?page=${page}`);

export const order = (number: string): Promise<Order> => request(`account/orders/${encodeURIComponent(number)}`);

export const demoCustomers = async (): Promise<DemoCustomer[]> =>
  (await request<{ customers: DemoCustomer[] }>("demo/customers")).customers;

/** Who is signed in. A session that is over is forgotten. */
export async function person(): Promise<Person | null> {
  if (!storedToken()) return null;
  try {
    return (await request<{ customer: Person | null }>("session")).customer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) storeToken(null);
    else if (!(error instanceof ApiError)) throw error;
    return null;
  }
}

export async function demoSignIn(customerId: string): Promise<void> {
  const body = JSON.stringify({ customer_id: customerId });
  const session = await request<{ token: string }>("demo/sign-in", { method: "POST", body });
  storeToken(session.token);
}

export async function signOut(): Promise<void> {
  await request("session", { method: "DELETE" }).catch(() => undefined);
  storeToken(null);
}
