// What is folded on screen is read on paper, and folded again after.
"use strict";

let unfolded = [];

addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")];
  unfolded.forEach((one) => { one.open = true; });
});
addEventListener("afterprint", () => {
  unfolded.forEach((one) => { one.open = false; });
});
