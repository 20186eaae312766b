// The style page has no run, so it sets the positions that a player would set: data-at and data-left
// become custom properties, by CSSOM because the page's policy allows no style attributes.

for (const element of document.querySelectorAll("[data-at]")) {
  element.style.setProperty("--at", element.dataset.at);
}
for (const element of document.querySelectorAll("[data-left]")) {
  element.style.setProperty("--left", element.dataset.left);
}
for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
