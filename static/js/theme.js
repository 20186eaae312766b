// The reader's light: auto, light or dark. The choice is kept in a cookie, so that the server can
// write it on <html> and no page flashes in the other light before this script runs.

const YEAR_S = 365 * 24 * 60 * 60;
const root = document.documentElement;

export function choose(theme) {
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  } else {
    delete root.dataset.theme;
    document.cookie = "theme=; path=/; max-age=0; samesite=lax";
  }
}

const list = document.querySelector("[data-theme-choice]");
if (list) {
  list.value = root.dataset.theme ?? "auto";
  list.addEventListener("change", () => choose(list.value));
}
