"use strict";
{
  const form = document.querySelector(".filters");
  const apply = () => {
    const levels = new Set(new FormData(form).getAll("level"));
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let all = 0;
    for (const section of document.querySelectorAll("section[data-level]")) {
      let some = false;
      for (const group of section.querySelectorAll(".group")) {
        const about = group.querySelector("h3").textContent.toLowerCase();
        let any = false;
        for (const article of group.querySelectorAll("article")) {
          const text = about + " " + article.textContent.toLowerCase();
          const fits = levels.has(section.dataset.level) && words.every((word) => text.includes(word));
          article.hidden = !fits;
          any ||= fits;
          shown += fits ? 1 : 0;
          all += 1;
        }
        group.hidden = !any;
        some ||= any;
      }
      section.hidden = !some;
    }
    form.querySelector("output").textContent = shown === all ? "" : shown + " of " + all + " shown";
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    // A browser may remember what was typed before the page was loaded again.
    apply();
    // What a link leads to must not be filtered away, and what is folded prints unfolded.
    addEventListener("hashchange", () => {
      form.reset();
      apply();
      document.getElementById(location.hash.slice(1))?.scrollIntoView();
    });
  }
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) {
      details.open = true;
    }
  });
}
