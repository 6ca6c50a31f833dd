// Live files in frames: each gets as high as what it holds, and light or dark with the
// site. Opened from a disk (file://) the browser lets no page look into another: frames
// then keep the height that they were given, and follow the browser's own theme.

const isDark = () => {
  const { theme } = document.body.dataset;
  if (theme === "dark" || theme === "light") return theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
};

const dress = (frame) => {
  const root = frame.contentDocument?.documentElement;
  if (root) root.style.colorScheme = isDark() ? "dark" : "light";
};

const fit = (frame) => {
  const body = frame.contentDocument?.body;
  if (!body) return;
  const measure = () => {
    const margins = 32;
    frame.style.height = `${Math.ceil(body.getBoundingClientRect().height) + margins}px`;
  };
  new ResizeObserver(measure).observe(body);
};

addEventListener("DOMContentLoaded", () => {
  const frames = [...document.querySelectorAll(".live iframe")];
  const dressAll = () => frames.forEach(dress);
  for (const frame of frames) {
    const start = () => {
      dress(frame);
      fit(frame);
    };
    frame.addEventListener("load", start);
    if (frame.contentDocument?.readyState === "complete") start();
  }
  new MutationObserver(dressAll).observe(document.body, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dressAll);
});
