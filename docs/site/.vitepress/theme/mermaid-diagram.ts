/**
 * A diagram, drawn in the page by the library that GitHub draws it with, so that both show the same. A page without one does not load
 * the library; without scripts the text of the diagram is shown.
 */
import { useData } from "vitepress";
import { defineComponent, h, onMounted, ref, watch } from "vue";

let drawn = 0;

export const MermaidDiagram = defineComponent({
  props: { title: { type: String, required: true }, source: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const svg = ref("");
    async function draw() {
      const { default: mermaid } = await import("mermaid");
      mermaid.initialize({
        startOnLoad: false,
        securityLevel: "strict",
        theme: isDark.value ? "dark" : "neutral",
        // Mermaid's own has too little contrast.
        themeVariables: isDark.value ? { edgeLabelBackground: "#1b1b1f" } : {},
        fontFamily: "inherit",
      });
      drawn += 1;
      svg.value = (await mermaid.render(`diagram-${drawn}`, props.source)).svg;
    }
    onMounted(draw);
    watch(isDark, draw);
    return () =>
      svg.value === ""
        ? h("pre", { class: "diagram" }, props.source)
        : h("div", { class: "diagram", role: "img", "aria-label": props.title, innerHTML: svg.value });
  },
});
