// Puts what moves in the place of the still picture. Where scripts don't run, the picture and its text stay.
(function () {
  "use strict";
  for (const root of document.querySelectorAll(".chainrule-notebook:not([data-ready])")) {
    root.dataset.ready = "true";
    const html = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    for (const still of root.querySelectorAll(":scope > p, :scope > img, :scope > pre")) still.remove();
    root.append(document.createRange().createContextualFragment(html));
  }
})();
