import { all, element, icon, readWords } from "../lib/dom";
import { passkeyFailure } from "../lib/passkeys";

const BUTTONS = "#passkey_login, button[id^='mfa_webauthn_']";

/** allauth's script tells the console why a passkey failed; people need it at the button they pressed. */
export function tellPasskeyFailures(): void {
  const hosts = all<HTMLElement>(document, BUTTONS).map(addHost);
  if (hosts.length === 0) return;
  const words = readWords('[data-words="passkeys"]');
  document.addEventListener("allauth.error", (event) => {
    const { exception } = (event as CustomEvent<{ exception: unknown }>).detail;
    event.preventDefault();
    for (const host of hosts) show(host, passkeyFailure(exception, words));
  });
}

/** The place of the message stands empty from the start, so that screen readers say what comes into it. */
function addHost(button: HTMLElement): HTMLElement {
  const host = element("div", { role: "alert" });
  (button.closest<HTMLElement>(".form-actions, p") ?? button).before(host);
  return host;
}

function show(host: HTMLElement, sentence: string): void {
  const box = element(
    "div",
    { class: "alert error mt-2" },
    icon("warn"),
    element("div", {}, element("p", {}, sentence)),
  );
  host.replaceChildren(box);
}
