// Shows one frame of a training film at a time. All places were computed when the page was written; each frame has the
// weights, in the order of `lines`, and the maps of all boxes and of the plane as bytes around `zero`.
(function () {
  "use strict";

  const STRONG = 0.85, LIGHT = 0.5, WIDEST = 6, THINNEST = 0.4;
  const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const mixed = (colour, share) => rgb(colour).map((part) => Math.round(255 - share * (255 - part)));
  const brief = (number) => String(Number(number.toPrecision(3))).replace("-", "−");

  function begin(root) {
    const $ = (selector) => root.querySelector(selector);
    const film = JSON.parse($("script[type='application/json']").textContent);
    const { shots, boxes, colours, side, zero } = film;
    const canvas = $("canvas"), slider = $("input[type=range]"), pen = canvas.getContext("2d");
    const small = document.createElement("canvas");
    small.width = small.height = side;
    const cells = side * side;
    let at = 0, timer = null, pointed = -1;

    function diverging(strongest) {
      return Array.from({ length: 256 }, (_, value) => mixed(value > zero ? colours.positive : colours.negative,
        strongest * Math.min(1, Math.abs(value - zero) / zero)));
    }
    const strong = diverging(STRONG), light = diverging(LIGHT);
    const plane = film.several ? colours.classes.map((colour) => mixed(colour, LIGHT)) : light;

    function bytes(shot) {
      if (typeof shot.maps === "string") shot.maps = Uint8Array.from(atob(shot.maps), (letter) => letter.charCodeAt(0));
      return shot.maps;
    }

    function map(values, palette, x, y, width, height) {
      const own = small.getContext("2d"), image = own.createImageData(side, side);
      values.forEach((value, place) => image.data.set([...palette[value], 255], 4 * place));
      own.putImageData(image, 0, 0);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(small, x, y, width, height);
    }

    function frame(x, y, width, height, chosen) {
      pen.strokeStyle = chosen ? colours.ink : colours.grey;
      pen.lineWidth = chosen ? 3 : 1;
      pen.strokeRect(x, y, width, height);
    }

    function write(x, y, text, anchor, size, colour) {
      pen.font = `${size}px system-ui, Helvetica, Arial, sans-serif`;
      pen.textAlign = anchor === "middle" ? "center" : anchor;
      pen.fillStyle = colour;
      pen.fillText(text, x, y);
    }

    function path(points, colour, width) {
      pen.beginPath();
      points.forEach(([x, y]) => pen.lineTo(x, y));
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }

    function paint() {
      const shot = shots[at], values = bytes(shot);
      const sharp = Math.max(1, Math.min(3, (canvas.clientWidth || film.size[0]) / film.size[0] * (window.devicePixelRatio || 1)));
      canvas.width = film.size[0] * sharp;
      canvas.height = film.size[1] * sharp;
      pen.scale(sharp, sharp);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, ...film.size);
      film.lines.forEach(([tail, head], place) => {
        const weight = shot.weights[place], a = boxes[tail], b = boxes[head];
        pen.globalAlpha = pointed < 0 || pointed === head || pointed === tail ? 1 : 0.15;
        pen.setLineDash(weight < 0 ? [7, 4] : []);
        path([[a[0] + a[2], a[1] + a[2] / 2], [b[0], b[1] + b[2] / 2]],
          !weight ? colours.pale : weight > 0 ? colours.positive : colours.negative,
          Math.max(THINNEST, WIDEST * Math.abs(weight) / film.largest));
      });
      pen.setLineDash([]);
      pen.globalAlpha = 1;
      boxes.forEach(([x, y, size], place) => {
        map(values.subarray(place * cells, (place + 1) * cells), strong, x, y, size, size);
        frame(x, y, size, size, place === pointed);
      });
      const shown = pointed < 0 ? boxes.length : pointed;
      map(values.subarray(shown * cells, (shown + 1) * cells), pointed < 0 ? plane : light, ...film.region);
      frame(...film.region, pointed >= 0);
      film.points.forEach(([x, y], place) => {
        pen.beginPath();
        if (film.classes[place] % 2) pen.arc(x, y, 3.6, 0, 2 * Math.PI);
        else [[x, y - 4.3], [x + 4, y + 2.9], [x - 4, y + 2.9]].forEach((corner) => pen.lineTo(...corner));
        pen.closePath();
        pen.fillStyle = colours.classes[film.classes[place]];
        pen.fill();
        pen.strokeStyle = colours.ink;
        pen.lineWidth = 1;
        pen.stroke();
      });
      const [left, top, width, height] = film.curveAt, done = film.curve.slice(0, shot.epoch);
      path([[left, top], [left, top + height], [left + width, top + height]], colours.grey, 1);
      path(film.curve, colours.pale, 1);
      path(done, colours.ink, 2);
      if (done.length) {
        pen.beginPath();
        pen.arc(...done[done.length - 1], 4, 0, 2 * Math.PI);
        pen.fillStyle = colours.ink;
        pen.fill();
      }
      film.words.forEach((words) => write(...words));
      write(film.left, 28, shot.title, "start", 16, colours.ink);
    }

    // What the pointer is on, in words: the numbers that the lines only hint at.
    function about() {
      if (pointed < 0) return "";
      const [, , , column, , name] = boxes[pointed], shot = shots[at];
      if (column === 0) return `Input ${name}.`;
      const weights = film.lines.map(([tail, head], place) => [tail, head, place])
        .filter(([, head]) => head === pointed)
        .map(([tail, , place]) => `${boxes[tail][3] ? `neuron ${boxes[tail][4]}` : boxes[tail][5]}: ${brief(shot.weights[place])}`);
      return `${name[0].toUpperCase()}${name.slice(1)}: bias ${brief(shot.biases[pointed])}; weights ${weights.join(", ")}.`;
    }

    function show(frame) {
      at = Math.max(0, Math.min(frame, shots.length - 1));
      slider.value = at;
      $(".place").textContent = `epoch ${shots[at].epoch} of ${shots[shots.length - 1].epoch}`;
      slider.setAttribute("aria-valuetext", shots[at].title);
      canvas.setAttribute("aria-label", `The network at ${shots[at].title}`);
      $(".about").textContent = about();
      paint();
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      $("[data-do=play]").textContent = "Play";
      $("[data-do=play]").setAttribute("aria-pressed", false);
    }

    function play() {
      if (timer !== null) return stop();
      if (at === shots.length - 1) show(0);
      timer = setInterval(() => {
        if (!root.isConnected || at >= shots.length - 2) stop();
        show(at + 1);
      }, 120);
      $("[data-do=play]").textContent = "Pause";
      $("[data-do=play]").setAttribute("aria-pressed", true);
    }

    const actions = { start: () => show(0), back: () => show(at - 1), next: () => show(at + 1), end: () => show(shots.length - 1), play };
    const keys = { ArrowLeft: "back", ArrowRight: "next", Home: "start", End: "end", " ": "play" };
    root.addEventListener("click", (click) => {
      const button = click.target.closest && click.target.closest("[data-do]");
      if (!button) return;
      if (button.dataset.do !== "play") stop();
      actions[button.dataset.do]();
    });
    slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
    function press(key) {
      const name = keys[key.key];
      if (!name || key.ctrlKey || key.altKey || key.metaKey || (key.key === " " && key.target.matches("button, summary"))) return;
      key.preventDefault();
      key.stopPropagation();
      if (name !== "play") stop();
      actions[name]();
    }
    root.addEventListener("keydown", press);
    // On a page of its own, the keys work before anything has been clicked.
    if (root.parentElement === document.body && document.body.dataset.chainrule) {
      document.addEventListener("keydown", (key) => { if (key.target === document.body) press(key); });
    }
    function point(found) {
      if (found === pointed) return;
      pointed = found;
      show(at);
    }
    canvas.addEventListener("pointermove", (move) => {
      const place = canvas.getBoundingClientRect(), scale = film.size[0] / place.width;
      const x = (move.clientX - place.left) * scale, y = (move.clientY - place.top) * scale;
      point(boxes.findIndex(([left, top, size]) => x >= left && x <= left + size && y >= top && y <= top + size));
    });
    canvas.addEventListener("pointerleave", () => point(-1));
    window.addEventListener("resize", paint);

    for (const element of root.querySelectorAll(".bar, canvas, .about, .keys")) element.hidden = false;
    show(0);
  }

  for (const root of document.querySelectorAll(".chainrule-film:not([data-ready])")) {
    root.dataset.ready = "true";
    begin(root);
  }
})();
