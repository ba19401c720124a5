// The menu of small screens lies over the page: it closes when one goes elsewhere.
"use strict";

function closeUnlessIn(target) {
  const menu = document.querySelector(".menu[open]");
  if (menu && !menu.contains(target)) {
    menu.open = false;
  }
}

document.addEventListener("focusin", (event) => closeUnlessIn(event.target));
document.addEventListener("click", (event) => closeUnlessIn(event.target));
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
