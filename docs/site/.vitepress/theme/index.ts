/** VitePress's own theme without its fonts, and what our pages have besides text. */
import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { MermaidDiagram } from "./mermaid-diagram.ts";
import { OperationTable } from "./operation-table.ts";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component("MermaidDiagram", MermaidDiagram);
    app.component("OperationTable", OperationTable);
  },
} satisfies Theme;
