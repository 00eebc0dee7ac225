/** Requests to our own site, with the session and the form protection. */

import { csrfToken } from "./dom";

export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function get(url: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { headers: { Accept: accept }, credentials: "same-origin" };
  if (signal) init.signal = signal;
  const response = await fetch(url, init);
  if (!response.ok) throw new Refused(response.status, response.statusText);
  return response;
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  return (await (await get(url, "application/json", signal)).json()) as T;
}

/** A piece of a page; a redirection, as to the sign-in, is none. */
export async function getText(url: string, signal?: AbortSignal): Promise<string> {
  const response = await get(url, "text/html", signal);
  if (response.redirected) throw new Refused(response.status, response.url);
  return response.text();
}

export function post(url: string, body: BodyInit, options: { keepalive?: boolean; json?: boolean } = {}) {
  const headers: Record<string, string> = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  if (options.json) headers["Content-Type"] = "application/json";
  return fetch(url, {
    method: "POST",
    body,
    headers,
    credentials: "same-origin",
    keepalive: options.keepalive ?? false,
  });
}
