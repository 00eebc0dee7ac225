/** Buttons that print the page they stand on. */

export function printButtons(): void {
  document.querySelectorAll<HTMLButtonElement>("[data-print]").forEach((button) => {
    button.addEventListener("click", () => window.print());
  });
}
