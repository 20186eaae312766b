// Help and share: native dialogs, so that focus, Escape and the rest behave.

export class Dialogs {
  constructor(root) {
    this.root = root;
    for (const dialog of root.querySelectorAll("dialog")) {
      dialog.addEventListener("click", (event) => {
        // A click on the backdrop reaches the dialog itself.
        if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
      });
    }
  }

  get open() {
    return this.root.querySelector("dialog[open]");
  }

  show(name) {
    const dialog = this.root.querySelector(`[data-dialog="${name}"]`);
    if (dialog && !dialog.open) dialog.showModal();
    return dialog;
  }
}

/** A fragment of the server, put where it belongs; a sentence when it does not come. */
export async function fetchInto(place, address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    place.innerHTML = await answer.text();
    window.htmx?.process(place);
    return true;
  } catch {
    const words = document.createElement("p");
    words.className = "notice tone-trouble";
    words.textContent = "This did not come from the server. Try again in a moment.";
    place.replaceChildren(words);
    return false;
  }
}
