/** The form takes up the lesson that an upload was begun for: its words fill what nobody has touched here. */

import { all, find } from "../lib/dom";
import { getText } from "../lib/request";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const OF_THE_PAGE = new Set(["csrfmiddlewaretoken", "draft_key", "upload", "speaker_words"]);

function fieldsOf(form: ParentNode): Field[] {
  const named = all<Field>(form, "input[name], textarea[name], select[name]");
  return named.filter((field) => !OF_THE_PAGE.has(field.name));
}

function isBox(field: Field): field is HTMLInputElement {
  return field.type === "checkbox" || field.type === "radio";
}

/** A list shows its first entry where the page chose none. */
function firstShown(list: HTMLSelectElement): number {
  return Math.max(
    0,
    [...list.options].findIndex((option) => option.defaultSelected),
  );
}

function isTouched(field: Field): boolean {
  if (isBox(field)) return field.checked !== field.defaultChecked;
  if ("options" in field) return field.selectedIndex !== firstShown(field);
  return field.value !== field.defaultValue;
}

function fill(here: Field, there: Field): void {
  if (isBox(here) && isBox(there)) here.checked = there.checked;
  else {
    if ("options" in here && "options" in there) here.innerHTML = there.innerHTML;
    here.value = there.value;
  }
}

/**
 * Return the title of the lesson that the form goes on with now, or nothing where it stays what it is.
 * `wanted` tells whether the upload is still the one on its way once the lesson's words are here.
 */
export async function takeUp(upload: string, wanted: () => boolean): Promise<string> {
  const row = find<HTMLElement>(document, `[data-unfinished][data-upload-id="${CSS.escape(upload)}"]`);
  const form = find<HTMLFormElement>(document, "form.up-form");
  const key = form && find<HTMLInputElement>(form, "[name='draft_key']");
  const { lesson = "", lessonUrl, draftKey } = row?.dataset ?? {};
  // A form that was saved is a lesson of its own by now.
  if (!row || row.hidden || !key || !lessonUrl || !draftKey || "saved" in form.dataset) return "";
  const page = await getText(lessonUrl).catch(() => "");
  const there = find<HTMLFormElement>(new DOMParser().parseFromString(page, "text/html"), "form.up-form");
  if (!there || !wanted() || "saved" in form.dataset) return "";
  const fields = fieldsOf(form);
  const touched = new Set(fields.filter(isTouched).map((field) => field.name));
  for (const field of fieldsOf(there)) {
    const here = fields.find((own) => own.name === field.name && (!isBox(own) || own.value === field.value));
    if (here && !touched.has(here.name)) fill(here, field);
  }
  key.value = draftKey;
  row.hidden = true;
  return lesson;
}
