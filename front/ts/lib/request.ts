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

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (signal) init.signal = signal;
  const response = await fetch(url, init);
  if (!response.ok) throw new Refused(response.status, response.statusText);
  return (await response.json()) as T;
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
