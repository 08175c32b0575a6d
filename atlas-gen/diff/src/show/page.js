"use strict";
{
  const form = document.querySelector(".filters");
  const apply = () => {
    const levels = new Set(new FormData(form).getAll("level"));
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let all = 0;
    for (const section of document.querySelectorAll("section")) {
      const groups = section.querySelectorAll(".group[data-level]");
      let some = groups.length === 0;
      for (const group of groups) {
        const about = group.querySelector("h3").textContent.toLowerCase();
        const articles = group.querySelectorAll("article");
        let any = articles.length === 0 && words.every((word) => about.includes(word));
        for (const article of articles) {
          const text = about + " " + article.textContent.toLowerCase();
          const fits = levels.has(group.dataset.level) && words.every((word) => text.includes(word));
          article.hidden = !fits;
          any ||= fits;
          shown += fits ? 1 : 0;
          all += 1;
        }
        // What somebody looks for must not stay folded.
        const list = group.querySelector("details.list");
        if (list && words.length > 0) {
          list.open = any;
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
      const target = document.getElementById(location.hash.slice(1));
      target?.closest("details.list")?.setAttribute("open", "");
      target?.scrollIntoView();
    });
  }
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) {
      details.open = true;
    }
  });
}
