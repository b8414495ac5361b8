  // What a step sends back: a pulse against each arrow, and below its target the sum that it makes.

  // A text on a plate, its middle at x, y, in the same picture as `near`.
  function plate(near, name, text, x, y) {
    const made = (kind, parts) => {
      const element = document.createElementNS(near.namespaceURI, kind);
      for (const [key, value] of Object.entries(parts)) element.setAttribute(key, value);
      return element;
    };
    const group = made("g", { class: name });
    const words = made("text", { x, y: y + 3.5, "text-anchor": "middle", "font-size": 10 });
    words.textContent = text;
    const width = text.length * 5.4 + 10;
    group.append(made("rect", { x: x - width / 2, y: y - 7, width, height: 14, rx: 7 }), words);
    return group;
  }

  // On the lower edge of a box: how its gradient has come about, as 6 + 6 → 12.
  function showSum(box, text) {
    for (const old of box.querySelectorAll(".sum")) old.remove();
    const frame = box.querySelector(".halo").getBBox();
    box.append(plate(box, "sum", text, frame.x + frame.width / 2, frame.y + frame.height + 3));
  }

  // ∂ × grad, on its way from the arrow's head to its tail.
  function pulse(svg, arrow, text) {
    const line = arrow.querySelector("path");
    const length = line.getTotalLength();
    const moving = plate(svg, "pulse", text, 0, 0);
    svg.append(moving);
    const places = Array.from({ length: 21 }, (_, i) => line.getPointAtLength(length * (1 - i / 20)));
    const frames = places.map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` }));
    moving.animate(frames, { duration: 1000, easing: "ease-in-out" }).onfinish = () => moving.remove();
  }
