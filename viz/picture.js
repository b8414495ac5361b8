  // One picture, or the views of a picture of modules: a click opens a module and closes the one that was open.
  // The data is a list of views {opened: titles, opens: {box: view}}, or empty.
  function begin(root) {
    const $ = (selector) => root.querySelector(selector);
    const views = JSON.parse($("script[type='application/json']").textContent);
    const frames = Array.from(root.querySelectorAll(".view > div"));
    const [view, field, found] = [$(".view"), $("input[type=search]"), $(".found")];
    let at = 0, matches = [], match = -1;

    const sight = zoomable(view, () => frames[at].querySelector("svg"), 0.78);
    const named = (group) => group.querySelector("title").textContent;
    const boxes = frames.map((frame) => Array.from(frame.querySelectorAll(".node")));
    // Graphviz names an arrow "n1:e->n2:row0:w": from where to where, each perhaps with the side of a box.
    const arrows = frames.map((frame) => Array.from(frame.querySelectorAll(".edge"), (element) => {
      const [tail, head] = named(element).split(/->|--/).map((end) => end.split(":")[0]);
      return { element, tail, head };
    }));

    // A box and all that its number passes through on its way to the loss.
    function light(box) {
      const on = new Set(box ? [named(box)] : []);
      const waiting = [...on];
      while (waiting.length) {
        const tail = waiting.pop();
        for (const arrow of arrows[at]) if (arrow.tail === tail && !on.has(arrow.head)) { on.add(arrow.head); waiting.push(arrow.head); }
      }
      frames[at].classList.toggle("lighting", box !== null);
      for (const each of boxes[at]) each.classList.toggle("lit", on.has(named(each)));
      for (const arrow of arrows[at]) arrow.element.classList.toggle("lit", on.has(arrow.tail));
    }

    // What a module consists of, or the module as a box.
    function members(title) {
      const text = (box) => Array.from(box.querySelectorAll("text"), (line) => line.textContent).find((line) => line.includes("/")) || "";
      const inside = boxes[at].filter((box) => text(box).startsWith(`${title}/`));
      return inside.length ? inside : boxes[at].filter((box) => text(box) === title);
    }

    // Letters keep their size from view to view.
    function open(number) {
      const before = views.length ? views[at].opened : [];
      light(null);
      frames[at].hidden = true;
      at = number;
      frames[at].hidden = false;
      sight.times(1);
      const titles = views.length ? views[at].opened : [];
      const buttons = titles.map((title, depth) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = `Close ${title}`;
        button.addEventListener("click", () => { open(outer(titles.slice(0, depth))); view.focus({ preventScroll: true }); });
        return button;
      });
      $(".opened").replaceChildren(...buttons);
      const about = titles.length > before.length || !before.length ? titles.at(-1) : before[titles.length] || titles.at(-1);
      if (about) centre(members(about));
    }

    const outer = (titles) => views.findIndex((other) => other.opened.join("\n") === titles.join("\n"));
    const close = () => open(outer(views[at].opened.slice(0, -1)));
    const target = (box) => views.length ? views[at].opens[named(box)] : undefined;

    // The middle of these boxes to the middle of the frame, without leaving their upper left corner outside.
    function centre(group) {
      if (!group.length) return;
      const rects = group.map((box) => box.getBoundingClientRect());
      const frame = view.getBoundingClientRect();
      const way = (from, to, start, size) => {
        const [low, high] = [Math.min(...rects.map((rect) => rect[from])), Math.max(...rects.map((rect) => rect[to]))];
        return Math.min((low + high - size) / 2, low - 20) - start;
      };
      view.scrollBy({ left: way("left", "right", frame.left, frame.width), top: way("top", "bottom", frame.top, frame.height) });
    }

    // Each text once, in the view that is open, else in the first that has it.
    function search() {
      const wanted = field.value.trim().toLowerCase();
      const seen = new Set();
      matches = [];
      match = -1;
      const order = [at, ...frames.keys()].filter((number, place, all) => all.indexOf(number) === place);
      for (const number of order) for (const box of boxes[number]) {
        const text = Array.from(box.querySelectorAll("text"), (line) => line.textContent).join(" ").toLowerCase();
        const hit = wanted !== "" && text.includes(wanted);
        box.classList.toggle("match", hit);
        box.classList.remove("here");
        if (hit && !seen.has(text)) { seen.add(text); matches.push({ number, box }); }
      }
      found.textContent = wanted === "" ? "" : matches.length ? `${matches.length} found; Enter goes to the next` : "not found";
    }

    function next(by) {
      if (!matches.length) return;
      if (match >= 0) matches[match].box.classList.remove("here");
      match = (match + by + matches.length) % matches.length;
      const { number, box } = matches[match];
      if (number !== at) open(number);
      box.classList.add("here");
      centre([box]);
      found.textContent = `${match + 1} of ${matches.length}`;
    }

    const actions = { smaller: () => sight.times(1 / 1.25), larger: () => sight.times(1.25), fit: sight.fit };
    const keys = { "+": "larger", "-": "smaller", 0: "fit" };
    root.addEventListener("click", (click) => {
      const button = click.target.closest("[data-do]");
      if (button) return actions[button.dataset.do]();
      const box = click.target.closest(".node");
      if (box && target(box) !== undefined) open(target(box));
    });
    view.addEventListener("pointerover", (over) => light(over.target.closest(".node")));
    view.addEventListener("pointerleave", () => light(null));
    view.addEventListener("focusin", (focus) => light(focus.target.closest(".node")));
    field.addEventListener("input", search);
    field.addEventListener("keydown", (key) => {
      if (key.key === "Enter") { key.preventDefault(); next(key.shiftKey ? -1 : 1); }
    });
    function press(key) {
      if (key.ctrlKey || key.altKey || key.metaKey || key.target === field) return;
      const box = key.target.closest && key.target.closest(".opens");
      if (key.key === "/") field.focus();
      else if (key.key === "Escape" && at) close();
      else if (box && (key.key === "Enter" || key.key === " ")) { open(target(box)); view.focus({ preventScroll: true }); }
      else if (keys[key.key]) actions[keys[key.key]]();
      else return;
      key.preventDefault();
      key.stopPropagation();
    }
    root.addEventListener("keydown", press);
    // On a page of its own, the keys work before anything has been clicked.
    if (root.parentElement === document.body && document.body.dataset.chainrule) {
      document.addEventListener("keydown", (key) => { if (key.target === document.body) press(key); });
    }

    views.forEach(({ opens }, number) => {
      for (const box of boxes[number]) {
        if (opens[named(box)] === undefined) continue;
        box.classList.add("opens");
        box.setAttribute("tabindex", 0);
        box.setAttribute("role", "button");
      }
    });
    const modules = views.length ? "Click a module to open it, Escape closes it. " : "";
    const paths = arrows[0].length ? "Point at a box: its paths to the loss. " : "";
    $(".keys").textContent = `${modules}${paths}Drag to move, + − 0 zoom, / search.`;
    for (const element of root.querySelectorAll(".bar, .keys")) element.hidden = false;
    if (boxes[0].length < 2) $(".search").hidden = true;
    sight.zoom(Math.max(0.7, Math.min(1, view.clientWidth / sight.natural().width)));
    open(0);
  }

  for (const root of document.querySelectorAll(".chainrule-picture:not([data-ready])")) {
    root.dataset.ready = "true";
    begin(root);
  }
