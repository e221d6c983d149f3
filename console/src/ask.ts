// A question in a dialog, answered yes or no; Escape is no.

function button(text: string, value: string, kind: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.textContent = text.trim();
  made.value = value;
  made.className = kind;
  return made;
}

/** Asks and resolves to true only for an explicit yes. The focus starts on no. */
export function ask(question: string, yes: string, no: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = document.createElement("p");
  text.textContent = question;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "row";
  const refuse = button(no, "no", "quiet");
  refuse.autofocus = true;
  form.append(refuse, button(yes, "yes", "danger"));
  dialog.append(text, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
