import { all, element, fill, icon, need, readWords } from "../lib/dom";
import { getJson } from "../lib/request";
import { forget, recent, remember } from "./recent";

const PAUSE_MS = 120;
const ICONS: Readonly<Record<string, string>> = {
  lesson: "film",
  course: "list",
  resource: "file",
  guide: "book",
  site: "pin",
  itinerary: "route",
  lecturer: "lectern",
  announcement: "msg",
};

type Item = { text: string; url?: string; act?: () => void };
type Group = { kind: string; items: Item[] };

/** A combobox after the ARIA pattern: the focus stays in the box, arrows move through the list. */
class Suggestions {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status = element("span", { class: "sr", role: "status" });
  private readonly words = readWords("#words");
  private options: { node: HTMLElement; item: Item }[] = [];
  private active = -1;
  private timer = 0;
  private request: AbortController | null = null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly url: string,
  ) {
    this.input = need<HTMLInputElement>(form, 'input[type="search"]');
    const id = `${this.input.id}-list`;
    const label = this.words["suggest.label"] ?? "";
    this.list = element("div", { class: "suggest", id, role: "listbox", "aria-label": label });
    this.list.hidden = true;
    this.describe(id);
    this.input.parentElement?.append(this.list, this.status);
    this.listen();
  }

  private describe(id: string): void {
    const attributes = {
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": id,
      "aria-autocomplete": "list",
    };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
  }

  private listen(): void {
    const ask = (event: Event) => {
      if (!(event as InputEvent).isComposing) this.later();
    };
    this.input.addEventListener("input", ask);
    this.input.addEventListener("compositionend", () => this.later());
    this.input.addEventListener("focus", () => this.later());
    this.input.addEventListener("blur", () => window.setTimeout(() => this.close(), 150));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", () => remember(this.input.value));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.clicked(event.target as Element));
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private async ask(): Promise<void> {
    const text = this.input.value.trim();
    this.request?.abort();
    if (!text) {
      this.show(this.recentGroups());
      return;
    }
    this.request = new AbortController();
    try {
      const address = `${this.url}?q=${encodeURIComponent(text)}`;
      const answer = await getJson<{ groups: Group[] }>(address, this.request.signal);
      this.show(answer.groups, text);
    } catch {
      this.close();
    }
  }

  private recentGroups(): Group[] {
    const items: Item[] = recent().map((text) => ({ text, url: this.searchUrl(text) }));
    if (!items.length) return [];
    const act = () => {
      forget();
      this.close();
    };
    return [{ kind: "recent", items: [...items, { text: this.words["suggest.clear"] ?? "", act }] }];
  }

  private searchUrl(text: string): string {
    return `${this.form.getAttribute("action") ?? ""}?q=${encodeURIComponent(text)}`;
  }

  private show(groups: Group[], query = ""): void {
    this.options = [];
    this.active = -1;
    this.list.replaceChildren(
      ...groups.filter((group) => group.items.length).map((group) => this.group(group, query)),
    );
    const count = this.options.length;
    this.toggle(count > 0 && document.activeElement === this.input);
    this.status.textContent = count && query ? fill(this.words["suggest.count"], { count }) : "";
  }

  private group(group: Group, query: string): HTMLElement {
    const label = this.words[group.kind === "recent" ? "suggest.recent" : `kind.${group.kind}`] ?? "";
    const node = element("div", { role: "group", "aria-label": label });
    if (group.kind === "recent") {
      node.append(element("p", { class: "suggest-group", "aria-hidden": "true" }, label));
    }
    for (const item of group.items) node.append(this.option(item, group.kind, label, query));
    return node;
  }

  private option(item: Item, kind: string, label: string, query: string): HTMLElement {
    const id = `${this.list.id}-${this.options.length}`;
    const sign = item.act ? "x" : kind === "recent" ? "clock" : (ICONS[kind] ?? "search");
    const node = element(
      "div",
      { role: "option", id, "aria-selected": "false" },
      icon(sign, "s"),
      marked(item.text, query),
    );
    if (kind !== "recent" && label) node.append(element("span", { class: "kind" }, label));
    this.options.push({ node, item });
    return node;
  }

  private toggle(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  private close(): void {
    this.active = -1;
    this.toggle(false);
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.later();
      else this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]?.item);
    }
  }

  private move(step: number): void {
    const count = this.options.length;
    this.active = this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count;
    this.options.forEach(({ node }, index) => {
      node.setAttribute("aria-selected", String(index === this.active));
    });
    const node = this.options[this.active]?.node;
    if (!node) return;
    this.input.setAttribute("aria-activedescendant", node.id);
    node.scrollIntoView({ block: "nearest" });
  }

  private clicked(target: Element): void {
    this.choose(this.options.find(({ node }) => node.contains(target))?.item);
  }

  private choose(item: Item | undefined): void {
    if (!item) return;
    if (item.act) {
      item.act();
      return;
    }
    // A name has no page of its own and is searched for. Only addresses of this site: the list comes from what people typed.
    const url = item.url || this.searchUrl(item.text);
    if (!/^\/(?!\/)/.test(url)) return;
    remember(item.text);
    leaveWithoutTrace(url);
  }
}

/** Go on without saying from where: opening a suggestion says nothing of the results that happen to lie below it. */
function leaveWithoutTrace(url: string): void {
  element("a", { href: url, rel: "noreferrer" }).click();
}

function marked(text: string, query: string): HTMLElement {
  const at = query ? text.toLowerCase().indexOf(query.toLowerCase()) : -1;
  if (at < 0) return element("span", {}, text);
  const end = at + query.length;
  return element("span", {}, text.slice(0, at), element("mark", {}, text.slice(at, end)), text.slice(end));
}

export function suggestAll(): void {
  for (const form of all<HTMLFormElement>(document, "form[data-search]")) {
    if (form.dataset.suggestUrl) new Suggestions(form, form.dataset.suggestUrl);
  }
}
